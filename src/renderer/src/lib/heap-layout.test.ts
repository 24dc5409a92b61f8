import { expect, test } from 'vitest';
import type { BlockRow, HeapPicture, PointerRow } from '@shared/views';
import { blockWidth, layoutHeapStrip } from './heap-layout';

const block = (blockId: number, va: string, size: number): BlockRow => ({ blockId, va, size, state: 'live', allocatedAt: [], freedAt: null, allocatedInstruction: 0, freedInstruction: null, findingId: 0 });
const variable = (fromName: string, toBlockId: number, interior = false): PointerRow => ({ fromKind: 'variable', fromName, fromBlockId: 0, fromVa: '0x7ffe0', toBlockId, interior });
const inside = (fromBlockId: number, toBlockId: number): PointerRow => ({ fromKind: 'block', fromName: '->next', fromBlockId, fromVa: '0x4a4b040', toBlockId, interior: false });
const picture = (blocks: BlockRow[], pointers: PointerRow[]): HeapPicture => ({ blocks, pointers, totalBlocks: blocks.length });

test('blocks stand in order of address, without overlap, with gaps where addresses jump', () => {
  const layout = layoutHeapStrip(picture([block(2, '0x4a4b100', 64), block(1, '0x4a4b040', 32), block(3, '0x9000000', 8)], []), 100);
  expect(layout.blocks.map((entry) => entry.block.blockId)).toEqual([1, 2, 3]);
  for (let i = 1; i < layout.blocks.length; i++) expect(layout.blocks[i]!.x).toBeGreaterThan(layout.blocks[i - 1]!.x + layout.blocks[i - 1]!.width);
  expect(layout.blocks.map((entry) => entry.afterGap)).toEqual([false, false, true]);
});

test('one variable that points at two blocks is drawn once, with two arrows', () => {
  const layout = layoutHeapStrip(picture([block(1, '0x1000', 8), block(2, '0x1040', 8)], [variable('p', 1), variable('p', 2, true)]), 100);
  expect(layout.variables.length).toBe(1);
  expect(layout.arrows.map((arrow) => arrow.interior)).toEqual([false, true]);
});

test('variables do not overlap', () => {
  const names = ['first_long_name', 'second_long_name', 'third_long_name', 'fourth_long_name', 'fifth_long_name'];
  const layout = layoutHeapStrip(picture([block(1, '0x1000', 8)], names.map((name) => variable(name, 1))), 100);
  for (const a of layout.variables) for (const b of layout.variables) {
    if (a !== b && a.y === b.y) expect(a.x + a.width <= b.x || b.x + b.width <= a.x).toBe(true);
  }
  expect(layout.width).toBeGreaterThan(Math.max(...layout.variables.map((entry) => entry.x + entry.width)));
});

test('arrows to or from blocks that are not in the picture are left out', () => {
  const layout = layoutHeapStrip(picture([block(1, '0x1000', 8)], [inside(9, 1), inside(1, 9), inside(1, 1)]), 100);
  expect(layout.arrows.length).toBe(1);
});

test('width grows with size and is bounded', () => {
  expect(blockWidth(1)).toBeLessThan(blockWidth(100));
  expect(blockWidth(1)).toBeGreaterThanOrEqual(16);
  expect(blockWidth(2 ** 40)).toBe(96);
});
