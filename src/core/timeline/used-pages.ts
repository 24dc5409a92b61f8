/**
 * Which pages of the store a checkpoint must look at: those that were ever used. The others are zero and are not even
 * read, because the host would map them.
 */
import * as layout from '../kernel/memory-layout';
import type { CodeArea } from '../machine/code-area';
import { PAGE_BYTES } from '../store/store';
import type { Store, StoreRange } from '../store/store';

/** Pages of a chunk: 1 MiB of store. */
export const CHUNK_PAGES = 256;
const STATE: StoreRange = { from: layout.ST_PC, to: layout.CALL_DESCRIPTORS };

/** The state block with its tables, what the code area uses, the pool up to its high water, and its A bits. */
export function usedRanges(store: Store, code: CodeArea): readonly StoreRange[] {
  const end = store.pool.highWater;
  return [STATE, ...code.usedRanges(), { from: layout.POOL / 8, to: end / 8 }, { from: layout.POOL, to: end }];
}

/** Pages [first, last), counted from the start of the store or of a chunk. */
interface PageSpan { readonly first: number; readonly last: number }

/** Chunk `index` of the store and its used pages: spans are sorted and disjoint. */
export interface UsedChunk { readonly index: number; readonly spans: readonly PageSpan[] }

/** Ranges, in any order and overlapping at will, as whole pages chunk by chunk, ascending; and the number of pages. */
export function usedChunks(ranges: readonly StoreRange[]): { readonly chunks: readonly UsedChunk[]; readonly pages: number } {
  const chunks: { index: number; spans: PageSpan[] }[] = [];
  let pages = 0;
  for (const { first, last } of merged(ranges)) {
    pages += last - first;
    for (let page = first; page < last;) {
      const index = Math.floor(page / CHUNK_PAGES);
      const base = index * CHUNK_PAGES;
      const end = Math.min(last, base + CHUNK_PAGES);
      const span = { first: page - base, last: end - base };
      const chunk = chunks[chunks.length - 1];
      if (chunk?.index === index) chunk.spans.push(span); else chunks.push({ index, spans: [span] });
      page = end;
    }
  }
  return { chunks, pages };
}

function merged(ranges: readonly StoreRange[]): PageSpan[] {
  const spans: { first: number; last: number }[] = [];
  for (const { from, to } of ranges.filter((range) => range.to > range.from).sort((a, b) => a.from - b.from)) {
    const first = Math.floor(from / PAGE_BYTES);
    const last = Math.ceil(to / PAGE_BYTES);
    const before = spans[spans.length - 1];
    if (before !== undefined && first <= before.last) before.last = Math.max(before.last, last);
    else spans.push({ first, last });
  }
  return spans;
}
