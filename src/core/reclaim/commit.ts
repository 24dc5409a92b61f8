/**
 * Overcommit accounting (Linux, Documentation/mm/overcommit-accounting): how much memory has been promised, in pages of private
 * writable areas, whether touched or not, and whether more may be.
 *
 *   0  heuristic: only a single request beyond all of RAM and swap is refused
 *   1  always
 *   2  never beyond CommitLimit = swap + overcommit_ratio percent of the RAM that is not set aside for huge pages
 *
 * (Linux keeps a few MiB back for root in mode 2; a machine without users does not.)
 */
import type { PagingSystem } from '../paging/paging-system';

export class CommitAccount {
  /** Committed_AS in pages. */
  committed = 0;
  /** Requests that were refused. */
  refused = 0;

  constructor(private readonly system: PagingSystem) {}

  /** CommitLimit in pages. */
  get limit(): number {
    const { settings } = this.system.reclaim;
    const huge = this.system.huge;
    const aside = huge.pool2M.total * huge.pool2M.pages + huge.pool1G.total * huge.pool1G.pages;
    return Math.floor(((this.system.managedFrames - aside) * settings.overcommitRatio) / 100) + this.system.swap.slots.slotCount;
  }

  /** Whether `pages` more may be promised; counts a refusal. */
  allows(pages: number): boolean {
    if (pages <= 0) return true;
    const { overcommit } = this.system.reclaim.settings;
    const isAllowed = overcommit === 1 || (overcommit === 0
      ? pages <= this.system.managedFrames + this.system.swap.slots.slotCount
      : this.committed + pages <= this.limit);
    if (!isAllowed) this.refused++;
    return isAllowed;
  }
}
