import { expect, it } from 'vitest';
import { PageBacking } from '@shared/views-memory';
import { layOut } from './page-frames';

function pages(rows: readonly (readonly [va: number, pfn: number, backing: PageBacking])[]) {
  const column = <T>(pick: (row: (typeof rows)[number]) => T): T[] => rows.map(pick);
  return {
    total: rows.length, from: 0, found: -1, va: Float64Array.from(column((row) => row[0])), pfn: Float64Array.from(column((row) => row[1])),
    mappingId: new Uint32Array(rows.length), backing: Uint8Array.from(column((row) => row[2])), dirty: new Uint8Array(rows.length),
  };
}

it('orders frames by number, each once, with the gaps between them', () => {
  const layout = layOut(pages([[0x1000, 30, PageBacking.Own], [0x2000, 31, PageBacking.Own], [0x3000, 7, PageBacking.Zero], [0x9000, 7, PageBacking.Zero]]));
  expect(layout.frames.map((box) => [box.pfn, box.kind, box.gap])).toEqual([[7, 'zero', 0], [30, 'frame', 22], [31, 'frame', 0]]);
  expect(layout.links.map((link) => link.frameRow)).toEqual([1, 2, 0, 0]);
});

it('counts neighbours in address that are neighbours in RAM', () => {
  const layout = layOut(pages([[0x1000, 30, PageBacking.Own], [0x2000, 31, PageBacking.Own], [0x3000, 9, PageBacking.Own], [0x8000, 10, PageBacking.Own]]));
  expect([layout.adjacent, layout.neighbours]).toEqual([1, 2]);
});

it('keeps swap slots apart from frames of the same number', () => {
  const layout = layOut(pages([[0x1000, 5, PageBacking.Own], [0x2000, 5, PageBacking.Swapped]]));
  expect(layout.frames.map((box) => box.key)).toEqual(['frame5', 'slot5']);
  expect(layout.links.map((link) => link.frameRow)).toEqual([0, 1]);
});
