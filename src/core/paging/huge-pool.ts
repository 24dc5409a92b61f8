/**
 * The pool of explicit huge pages (Linux, Documentation/admin-guide/mm/hugetlbpage): blocks of 2 MiB and 1 GiB set aside at
 * start (vm.nr_hugepages) and used by mmap(MAP_HUGETLB) only.
 *
 * mmap reserves pages for the whole mapping, so that its faults cannot fail; a mapping without a reservation (the child's
 * after fork) takes what is left, and gets SIGBUS when nothing is. All frames of the pool are pinned: the pool holds one
 * reference to each for ever, a mapping adds one. They are never swapped, split or moved.
 */
import * as layout from '../kernel/memory-layout';
import type { BuddyAllocator } from './buddy';
import { FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FLAG_PINNED, FrameKind } from './frame-table';
import type { FrameTable } from './frame-table';
import type { Pfn } from './units';

/** Level of the page-table entry that maps a page: 2 for 2 MiB, 3 for 1 GiB. */
export type HugeLevel = 2 | 3;

export class HugePool {
  private readonly free: Pfn[] = [];
  private promised = 0;
  readonly total: number;
  readonly pages: number;

  /** Takes `wanted` blocks out of memory never used; `total` says how many there were. */
  constructor(private readonly frames: FrameTable, buddy: BuddyAllocator, readonly level: HugeLevel, wanted: number) {
    const order = 9 * (level - 1);
    this.pages = 2 ** order;
    for (let i = 0; i < wanted; i++) {
      const pfn = buddy.reserve(order, FrameKind.Kernel, 0);
      if (pfn < 0) break;
      this.free.push(pfn);
      for (let k = 0; k < this.pages; k++) this.mark(pfn, k, FrameKind.Kernel, 0);
    }
    this.total = this.free.length;
    this.free.reverse();
  }

  /** Pages that no mapping shows (HugePages_Free). */
  get freeCount(): number {
    return this.free.length;
  }

  /** Free pages that are promised to mappings (HugePages_Rsvd). */
  get reserved(): number {
    return this.promised;
  }

  /** Promises `count` pages to a mapping; false: ENOMEM. */
  reserve(count: number): boolean {
    if (this.freeCount - this.reserved < count) return false;
    this.promised += count;
    return true;
  }

  /** Takes a promise back: pages of the mapping that were never touched. */
  unreserve(count: number): void {
    if (count > this.reserved) throw new Error('more huge pages given back than were reserved');
    this.promised -= count;
  }

  /** A page of zeros for `owner`, at `vpn` of it, with one mapping; -1: none is left for somebody without reservation. */
  take(owner: number, vpn: number, hasReservation: boolean): Pfn {
    if (!hasReservation && this.freeCount <= this.reserved) return -1;
    const pfn = this.free.pop();
    if (pfn === undefined) throw new Error('a reserved huge page is not there');
    if (hasReservation) this.promised--;
    for (let k = 0; k < this.pages; k++) {
      this.mark(pfn, k, FrameKind.Anonymous, owner);
      this.frames.setExtra(pfn + k, vpn + k);
      this.frames.addReference(pfn + k);
    }
    return pfn;
  }

  /** One mapping of the page fewer; the last one gives it back to the pool, empty. */
  drop(pfn: Pfn): void {
    let left = 0;
    for (let k = 0; k < this.pages; k++) left = this.frames.dropReference(pfn + k);
    if (left > 1) return;
    for (let k = 0; k < this.pages; k++) {
      this.frames.dropSlot(pfn + k);
      this.mark(pfn, k, FrameKind.Kernel, 0);
      this.frames.setExtra(pfn + k, 0);
    }
    this.free.push(pfn);
  }

  private mark(pfn: Pfn, k: number, kind: FrameKind, owner: number): void {
    this.frames.setFlags(pfn + k, kind | FLAG_PINNED | (k === 0 ? FLAG_HUGE_HEAD : FLAG_HUGE_TAIL));
    this.frames.setField(pfn + k, layout.FD_OWNER, owner);
  }
}
