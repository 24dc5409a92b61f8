/** Layout of the picture "pages beside frames": rows of pages by address, rows of frames by number, lines between them. */
import { PageBacking, type PageFrameColumns } from '@shared/views-memory';

export interface FrameBox { readonly key: string; readonly pfn: number; readonly kind: 'frame' | 'slot' | 'zero'; readonly row: number; /** Frames left out between the one above and this one. */ readonly gap: number }
export interface PageLink { readonly index: number; readonly pageRow: number; readonly frameRow: number }
export interface PageFrameLayout { readonly frames: readonly FrameBox[]; readonly links: readonly PageLink[]; /** Pages whose frame follows the frame of the page before, of all pages with a neighbour. */ readonly adjacent: number; readonly neighbours: number }

/** Frames of the window in order of their number, slots of the swap file below them; each once, however many pages show it. */
export function layOut(pages: PageFrameColumns): PageFrameLayout {
  const slots = new Set<number>();
  const frames = new Set<number>();
  pages.pfn.forEach((pfn, i) => (pages.backing[i] === PageBacking.Swapped ? slots : frames).add(pfn));
  const zero = new Set<number>();
  pages.pfn.forEach((pfn, i) => { if (pages.backing[i] === PageBacking.Zero) zero.add(pfn); });
  const boxes: FrameBox[] = [];
  const rowOf = new Map<string, number>();
  const place = (kind: 'frame' | 'slot', numbers: readonly number[]): void => numbers.forEach((pfn, i) => {
    const before = numbers[i - 1];
    const key = `${kind}${pfn}`;
    rowOf.set(key, boxes.length);
    boxes.push({ key, pfn, kind: kind === 'frame' && zero.has(pfn) ? 'zero' : kind, row: boxes.length, gap: before === undefined ? 0 : pfn - before - 1 });
  });
  place('frame', [...frames].sort((a, b) => a - b));
  place('slot', [...slots].sort((a, b) => a - b));
  const links = Array.from(pages.pfn, (pfn, index) => ({ index, pageRow: index, frameRow: rowOf.get(`${pages.backing[index] === PageBacking.Swapped ? 'slot' : 'frame'}${pfn}`) ?? 0 }));
  let adjacent = 0;
  let neighbours = 0;
  for (let i = 1; i < pages.va.length; i++) {
    if ((pages.va[i] ?? 0) - (pages.va[i - 1] ?? 0) !== 4096) continue;
    neighbours++;
    if (pages.backing[i] !== PageBacking.Swapped && pages.pfn[i] === (pages.pfn[i - 1] ?? -2) + 1) adjacent++;
  }
  return { frames: boxes, links, adjacent, neighbours };
}
