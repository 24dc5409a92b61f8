/**
 * khugepaged: puts huge pages in the place of small ones while programs run (Linux, mm/khugepaged.c and
 * admin-guide/mm/transhuge, in outline).
 *
 * At each scan it looks at up to `pagesToScan` pages, from where the last scan ended, area by area, process by process. An
 * aligned 2 MiB of an area that may have huge pages is collapsed when
 *
 *   - at most `maxPtesNone` of its 512 entries are empty (the page of zeros counts as empty), so that little memory is gained
 *     by programs that never asked for it;
 *   - all others are anonymous pages in RAM that nobody else maps or pins, at least one of them writable, and at least one
 *     with its A bit set;
 *   - a block of order 9 is free, or compaction makes one.
 *
 * The contents move to the block (in the store: the slots change their frame), the page table is kept for a later split, the
 * small frames go back, and the old translations are invalidated. A scan happens every `scanCycles` of simulated time, so a
 * run has the same promotions whenever it is repeated. When a whole round found nothing to do it sleeps until somebody wakes
 * it (a fault in an area that may have huge pages, or madvise): a machine at rest stays at rest.
 */
import { entryFlags } from './address-space';
import type { AddressSpace } from './address-space';
import { FLAG_PINNED, FLAG_SWAP_CACHE, FLAG_WRITE_BACK, FrameKind } from './frame-table';
import { HugeCause } from './huge-outcomes';
import { CLEAR_PAGE_CYCLES, HUGE_PAGES } from './huge-pages';
import { PTE_A, PTE_D, PTE_P, PTE_PS, PTE_RW, entryPfn } from './page-tables';
import type { PagingSystem } from './paging-system';
import type { Pfn, Vpn } from './units';
import { PROT_EXEC, PROT_WRITE } from './vma';
import type { Vma } from './vma';
import * as layout from '../kernel/memory-layout';

export const enum CollapseResult { Done, Already, NotSuitable, NotNow, NoBlock }

/** What collapse found in the 512 entries of a candidate. */
interface Candidate { readonly empty: number; readonly writable: boolean; readonly accessed: boolean; readonly movable: boolean }

/**
 * Collapses the 2 MiB at `first` of an area into a huge page. `force` (MADV_COLLAPSE): A bits and rights do not matter.
 * The caller has checked that the area is private, anonymous and long enough.
 */
export function collapse(space: AddressSpace, vma: Vma, first: Vpn, maxPtesNone: number, force: boolean): CollapseResult {
  if (first < vma.first || first + HUGE_PAGES > vma.last) return CollapseResult.NotSuitable;
  const { system } = space;
  if (space.tables.leafEntry(first) !== 0 && space.tables.leafLevel > 1) return CollapseResult.Already;
  const found = examine(space, first);
  if (!found.movable) return CollapseResult.NotNow;
  if (found.empty > maxPtesNone || (!force && (!found.writable || !found.accessed))) return CollapseResult.NotSuitable;
  const block = system.huge.newBlock(space, { ...vma, hugeAdvice: 'huge' }, first);
  if (block < 0) return CollapseResult.NoBlock;
  // Compaction may have moved frames of this very range: the entries are read again.
  if (found.empty === HUGE_PAGES) {
    if (!space.tables.deposit(first)) { system.huge.freeBlock(block); return CollapseResult.NoBlock; }
    space.tables.map(first, block, flagsOf(vma), (vma.prot & PROT_EXEC) === 0, 2);
  } else {
    const small = moveContents(space, first, block);
    space.tables.collapse(first, block, flagsOf(vma), (vma.prot & PROT_EXEC) === 0);
    for (const pfn of small) {
      if (pfn === system.zeroPfn) { system.frames.dropReference(pfn); continue; }
      space.residentPages--;
      system.releaseFrame(pfn);
    }
  }
  space.residentPages += HUGE_PAGES;
  system.huge.remember(space, first);
  if (space.isRunning) system.caches.invalidateAsid(space.asid); else system.asids.flush(space);
  if (force) system.huge.counts.collapsed++; else system.huge.counts.promoted++;
  system.huge.report(force ? HugeCause.Collapsed : HugeCause.Promoted, space, first, HUGE_PAGES, block);
  return CollapseResult.Done;
}

function flagsOf(vma: Vma): number {
  return entryFlags(vma.prot, false) | PTE_PS | PTE_A | ((vma.prot & PROT_WRITE) === 0 ? 0 : PTE_D);
}

function examine(space: AddressSpace, first: Vpn): Candidate {
  const { store, frames, zeroPfn } = space.system;
  let [empty, writable, accessed, movable] = [HUGE_PAGES, false, false, true];
  space.tables.forEach(first, first + HUGE_PAGES, (_vpn, entry) => {
    const low = store.read32(entry);
    const pfn = entryPfn(low, store.read32(entry + 4));
    if ((low & PTE_P) === 0) { movable = false; return; }
    if ((low & PTE_A) !== 0) accessed = true;
    if (pfn === zeroPfn) return;
    empty--;
    if ((low & PTE_RW) !== 0) writable = true;
    const flags = frames.field(pfn, layout.FD_FLAGS);
    if ((flags & 15) !== FrameKind.Anonymous || frames.references(pfn) !== 1 || (flags & (FLAG_PINNED | FLAG_SWAP_CACHE | FLAG_WRITE_BACK)) !== 0) movable = false;
  });
  return { empty: isMixed(space, first) ? empty : HUGE_PAGES, writable, accessed, movable };
}

/** A page table stands there, whatever its entries are. */
function isMixed(space: AddressSpace, first: Vpn): boolean {
  return !space.tables.isVacant(first, 2);
}

/** Contents go to the frames of the block; answers the frames that they came from. */
function moveContents(space: AddressSpace, first: Vpn, block: Pfn): readonly Pfn[] {
  const { store, frames, zeroPfn } = space.system;
  const small: Pfn[] = [];
  space.tables.forEach(first, first + HUGE_PAGES, (vpn, entry) => {
    const pfn = entryPfn(store.read32(entry), store.read32(entry + 4));
    small.push(pfn);
    if (pfn === zeroPfn) return;
    frames.moveContent(block + (vpn - first), pfn);
  });
  return small;
}

export interface KhugepagedSettings { readonly scanCycles: number; readonly pagesToScan: number; readonly maxPtesNone: number }

/** The machine's clock and timers, as the daemon needs them. */
export interface DaemonClock {
  /** `scan` is to be called once, `cycles` from now, in simulated time. */
  scanAfter(cycles: number): void;
  charge(cycles: number): void;
}

export class Khugepaged {
  /** What it costs to copy 2 MiB, charged for each promotion. */
  readonly copyCycles = HUGE_PAGES * CLEAR_PAGE_CYCLES;
  rounds = 0;
  private isAsleep = true;
  private at: { space: number; vpn: Vpn } = { space: 0, vpn: 0 };
  private foundWork = false;

  constructor(private readonly system: PagingSystem, public settings: KhugepagedSettings, private readonly clock: DaemonClock) {}

  /** There may be something to do: scans begin again. */
  wake(): void {
    if (!this.isAsleep || this.system.huge.mode === 'never') return;
    this.isAsleep = false;
    this.clock.scanAfter(this.settings.scanCycles);
  }

  /** One scan, of at most `pagesToScan` pages. */
  scan(): void {
    let left = this.settings.pagesToScan;
    while (left > 0) {
      const candidate = this.next();
      if (candidate === null) {
        this.rounds++;
        this.at = { space: 0, vpn: 0 };
        if (!this.foundWork) { this.isAsleep = true; return; }
        this.foundWork = false;
        break;
      }
      left -= HUGE_PAGES;
      const result = collapse(candidate.space, candidate.vma, candidate.first, this.settings.maxPtesNone, false);
      if (result !== CollapseResult.Done) continue;
      this.foundWork = true;
      this.clock.charge(this.copyCycles);
    }
    this.clock.scanAfter(this.settings.scanCycles);
  }

  /** The next aligned 2 MiB in an area that may have huge pages and holds a page table; null: the round is over. */
  private next(): { readonly space: AddressSpace; readonly vma: Vma; readonly first: Vpn } | null {
    const { spaces, huge } = this.system;
    for (; this.at.space < spaces.length; this.at = { space: this.at.space + 1, vpn: 0 }) {
      const space = spaces[this.at.space];
      if (space === undefined) continue;
      for (let vma = space.vmas.findAtOrAbove(this.at.vpn); vma !== null; vma = space.vmas.findAtOrAbove(vma.last)) {
        if (!huge.allows(vma)) continue;
        for (let first = Math.ceil(Math.max(vma.first, this.at.vpn) / HUGE_PAGES) * HUGE_PAGES; first + HUGE_PAGES <= vma.last; first += HUGE_PAGES) {
          if (!isMixed(space, first) || (space.tables.leafEntry(first) !== 0 && space.tables.leafLevel > 1)) continue;
          this.at.vpn = first + HUGE_PAGES;
          return { space, vma, first };
        }
      }
    }
    return null;
  }
}
