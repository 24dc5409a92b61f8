/**
 * On-demand readahead (Linux, mm/readahead.c, in outline): a miss that goes on where the last window ended is a sequential
 * reader, whose window doubles; any other miss is a random one and reads its page alone.
 *
 *   miss at page 0, or right after a single page   → 4 pages
 *   miss where the last window ended               → twice the last window
 *   anything else                                  → 1 page
 *
 * never more than the configured maximum. madvise(MADV_SEQUENTIAL) takes the maximum at once, MADV_RANDOM one page.
 */
import type { CachedFile, ReadAdvice } from './cached-file';

const FIRST_WINDOW = 4;

/** How many pages to read for a miss at `page`, itself included; notes where the next sequential miss will be. */
export function windowFor(cached: CachedFile, page: number, advice: ReadAdvice, maximum: number): number {
  let size = 1;
  if (maximum > 1 && advice === 'sequential') size = maximum;
  else if (maximum > 1 && advice === 'normal' && (page === 0 || page === cached.aheadNext)) {
    size = Math.min(maximum, page === 0 || cached.aheadSize === 1 ? FIRST_WINDOW : cached.aheadSize * 2);
  }
  cached.aheadNext = page + size;
  cached.aheadSize = size;
  return size;
}
