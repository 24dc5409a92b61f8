/**
 * Huge pages of a machine: explicit ones (hugetlb pools, mmap(MAP_HUGETLB)) and transparent ones (THP), after Linux
 * (Documentation/admin-guide/mm/hugetlbpage and transhuge), in outline.
 *
 * A huge page is one page-table entry of level 2 (2 MiB) or 3 (1 GiB) over 512 or 262,144 frames in order, each with a reference
 * for every entry that maps it, so that a split changes no count. Its content is 4 KiB slots of the store that come when they
 * are touched.
 *
 *                   fault in an aligned 2 MiB of the area, block of order 9 free
 *      nothing  ──────────────────────────────────────────────▶  huge
 *      4 KiB pages  ──── collapse (khugepaged.ts, MADV_COLLAPSE) ─▶  huge
 *      huge  ──── split: munmap, mprotect, madvise of a part; copy on write after fork; reclaim ──▶  4 KiB pages
 *
 * Pages of a pool are never split: system calls on parts of them are refused (EINVAL) before they come here. Reads of
 * untouched memory get a huge page of their own too, as Linux with use_zero_page=0.
 */
import type { PagingConfig } from '../../shared/config';
import { entryFlags } from './address-space';
import type { AddressSpace } from './address-space';
import { FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FLAG_PINNED, FrameKind } from './frame-table';
import { HugeCause, HugeOutcome } from './huge-outcomes';
import { HugePool } from './huge-pool';
import type { HugeLevel } from './huge-pool';
import { PTE_A, PTE_COW, PTE_PS, PTE_RW, entryPfn, pagesOfLevel } from './page-tables';
import type { PagingSystem } from './paging-system';
import type { Pfn, Vpn } from './units';
import { PROT_EXEC } from './vma';
import type { Vma } from './vma';
import * as layout from '../kernel/memory-layout';

/** 4 KiB pages of a transparent huge page. */
export const HUGE_PAGES = 512;
/** Looks of reclaim in a row that a huge page in use survives. */
const SPARED_MOST = 3;
/** What clearing or copying 4 KiB costs, in cycles: 20 GB/s at 3 GHz. */
export const CLEAR_PAGE_CYCLES = 600;

export interface HugeCounts { faults: number; fallbacks: number; promoted: number; collapsed: number; split: number }

export type HugeReport = (cause: HugeCause, space: AddressSpace, vpn: Vpn, pages: number, pfn: Pfn) => void;

interface Transparent { readonly space: AddressSpace; readonly first: Vpn; /** Looks in a row that found it in use. */ spared: number }

export class HugePages {
  private chosenMode: PagingConfig['transparentHugePages'] = 'never';
  pool2M: HugePool;
  pool1G: HugePool;
  readonly counts: HugeCounts = { faults: 0, fallbacks: 0, promoted: 0, collapsed: 0, split: 0 };
  /** Told of every huge page that came or went otherwise than by a fault; the machine logs it. */
  report: HugeReport = () => undefined;
  /** Asked for a block of 2^order frames when none is free (compaction); true: try again. */
  makeRoom: (order: number) => boolean = () => false;
  /** Told that frames of a split huge page are ordinary pages now: reclaim puts them on its lists. */
  adopt: (pfn: Pfn) => void = () => undefined;
  /** Told of a small page where a huge one could stand: wakes khugepaged. */
  candidate: () => void = () => undefined;
  /** Transparent huge pages, the one that reclaim will look at next first; some may be gone. */
  private transparent: Transparent[] = [];
  private pruneAt = 1024;
  /** First page and size of what `fault` mapped last. */
  mappedFirst: Vpn = 0;
  mappedPages = 0;

  constructor(private readonly system: PagingSystem) {
    this.pool2M = new HugePool(system.frames, system.buddy, 2, 0);
    this.pool1G = new HugePool(system.frames, system.buddy, 3, 0);
  }

  /** At start, before any process: sets the mode and fills the pools. */
  setUp(config: PagingConfig): void {
    this.mode = config.transparentHugePages;
    this.pool1G = new HugePool(this.system.frames, this.system.buddy, 3, config.reserved1GPages);
    this.pool2M = new HugePool(this.system.frames, this.system.buddy, 2, config.reserved2MPages);
  }

  get mode(): PagingConfig['transparentHugePages'] {
    return this.chosenMode;
  }

  /** May change while the machine runs; what is huge already stays so. */
  set mode(mode: PagingConfig['transparentHugePages']) {
    this.chosenMode = mode;
    if (mode !== 'never') this.system.buddy.keepsTablesLow = true;
  }

  pool(level: HugeLevel): HugePool {
    return level === 2 ? this.pool2M : this.pool1G;
  }

  /** Whether transparent huge pages may stand in an area. */
  allows(vma: Vma): boolean {
    if (this.mode === 'never' || vma.file !== null || vma.shared || vma.hugeLevel !== undefined || vma.hugeAdvice === 'never') return false;
    return this.mode === 'always' || vma.hugeAdvice === 'huge';
  }

  // ---- Faults ----------------------------------------------------------------------------------------------------------

  /** First touch of a page of an anonymous area (a pool's area has no other fault but this and `write`). */
  fault(space: AddressSpace, vma: Vma, vpn: Vpn): HugeOutcome {
    if (vma.hugeLevel !== undefined) return this.faultPool(space, vma, vpn, vma.hugeLevel);
    if (!this.allows(vma)) return HugeOutcome.Small;
    const first = vpn - (vpn % HUGE_PAGES);
    if (first < vma.first || first + HUGE_PAGES > vma.last) return HugeOutcome.Small;
    if (!space.tables.isVacant(first, 2)) return this.small();
    const pfn = this.newBlock(space, vma, first);
    if (pfn < 0) return this.fallback(space, first);
    if (!this.enter(space, vma, first, pfn, 2, false)) {
      this.freeBlock(pfn);
      return this.fallback(space, first);
    }
    space.residentPages += HUGE_PAGES;
    this.counts.faults++;
    this.remember(space, first);
    return this.mapped(first, HUGE_PAGES);
  }

  /**
   * A write to a huge page that is COW: its only owner gets the right; otherwise a transparent page is split, so that the
   * write copies 4 KiB (as Linux does), and a pool's page is copied whole. `vpn` may be any page of it.
   */
  write(space: AddressSpace, vma: Vma, vpn: Vpn): HugeOutcome {
    const { store, frames } = this.system;
    const entry = space.tables.leafEntry(vpn);
    const level = space.tables.leafLevel as HugeLevel;
    const pages = pagesOfLevel(level);
    const first = vpn - (vpn % pages);
    const pfn = entryPfn(store.read32(entry), store.read32(entry + 4));
    if (this.isOwn(pfn, pages)) {
      this.rewrite(space, vma, entry, pfn, false);
      space.invalidatePage(vpn);
      return this.mapped(first, pages);
    }
    if (vma.hugeLevel === undefined) {
      this.split(space, first, HugeCause.SplitCopy);
      return HugeOutcome.Retry;
    }
    const copy = this.pool(level).take(space.processKey, first, false);
    if (copy < 0) return HugeOutcome.NoPage;
    for (let k = 0; k < pages; k++) if (frames.field(pfn + k, layout.FD_SLOT) !== 0) frames.copyContent(copy + k, pfn + k);
    this.rewrite(space, vma, entry, copy, false);
    this.pool(level).drop(pfn);
    space.invalidatePage(vpn);
    return this.mapped(first, pages);
  }

  private faultPool(space: AddressSpace, vma: Vma, vpn: Vpn, level: HugeLevel): HugeOutcome {
    const pages = pagesOfLevel(level);
    const first = vpn - (vpn % pages);
    const pool = this.pool(level);
    const pfn = pool.take(space.processKey, first, vma.hugeReserved === true);
    if (pfn < 0) return HugeOutcome.NoPage;
    if (!this.enter(space, vma, first, pfn, level, false)) {
      pool.drop(pfn);
      if (vma.hugeReserved === true && !pool.reserve(1)) throw new Error('a huge page given back cannot be reserved again');
      return HugeOutcome.OutOfMemory;
    }
    space.hugetlbPages += pages;
    this.counts.faults++;
    return this.mapped(first, pages);
  }

  private fallback(space: AddressSpace, first: Vpn): HugeOutcome {
    this.counts.fallbacks++;
    this.report(HugeCause.Fallback, space, first, HUGE_PAGES, -1);
    return this.small();
  }

  /** A small page where a huge one could stand: khugepaged may promote it later. */
  private small(): HugeOutcome {
    this.candidate();
    return HugeOutcome.Small;
  }

  /** A transparent huge page came into being: reclaim will look at it after all others. */
  remember(space: AddressSpace, first: Vpn): void {
    this.transparent.push({ space, first, spared: 0 });
    if (this.transparent.length < this.pruneAt) return;
    this.transparent = this.transparent.filter((one) => this.isThere(one));
    this.pruneAt = Math.max(1024, 2 * this.transparent.length);
  }

  /**
   * One look at a transparent huge page, which reclaim takes for every 512 small ones that it looks at: used since the last
   * look, it is spared, up to `SPARED_MOST` times in a row, because one A bit for 2 MiB says little of the parts; else it is split, and
   * its parts are pages like others. (Linux leaves the parts of busy huge pages alone, and pays for it under lasting pressure.)
   */
  look(): void {
    const oldest = this.oldest();
    if (oldest === null) return;
    const { space, first } = oldest;
    oldest.spared++;
    if (this.wasAccessed(space, first) && oldest.spared <= SPARED_MOST) this.transparent.push(oldest);
    else this.splitFrame(space.tables.frameOf(first), HugeCause.SplitReclaim);
  }

  /** Splits a transparent huge page whatever its use; false: there is none. Called by reclaim when it finds nothing else. */
  relieve(): boolean {
    const oldest = this.oldest();
    if (oldest !== null) this.splitFrame(oldest.space.tables.frameOf(oldest.first), HugeCause.SplitReclaim);
    return oldest !== null;
  }

  private oldest(): Transparent | null {
    for (let one = this.transparent.shift(); one !== undefined; one = this.transparent.shift()) if (this.isThere(one)) return one;
    return null;
  }

  private isThere({ space, first }: Transparent): boolean {
    return this.system.spaces[space.processKey] === space && space.tables.leafEntry(first) !== 0 && space.tables.leafLevel === 2;
  }

  /** Reads and clears the A bits of all entries that map the huge page; translations go where one was set. */
  private wasAccessed(owner: AddressSpace, first: Vpn): boolean {
    const { store } = this.system;
    const pfn = owner.tables.frameOf(first);
    let accessed = false;
    for (const space of owner.family.members) {
      const entry = space.tables.leafEntry(first);
      if (entry === 0 || space.tables.leafLevel !== 2 || space.tables.frameOf(first) !== pfn) continue;
      const low = store.read32(entry);
      if ((low & PTE_A) === 0) continue;
      accessed = true;
      store.write32(entry, (low & ~PTE_A) >>> 0);
      space.invalidatePage(first);
    }
    return accessed;
  }

  private mapped(first: Vpn, pages: number): HugeOutcome {
    this.mappedFirst = first;
    this.mappedPages = pages;
    return HugeOutcome.Mapped;
  }

  // ---- Blocks ----------------------------------------------------------------------------------------------------------

  /** A block of 512 frames for a huge page at `first`, compacting memory for areas that asked for huge pages; -1: none. */
  newBlock(space: AddressSpace, vma: Vma, first: Vpn): Pfn {
    const { buddy, frames } = this.system;
    if (buddy.freeFrames - HUGE_PAGES <= this.system.reclaim.marks.min) return -1;
    let pfn = buddy.allocate(9, FrameKind.Anonymous, space.processKey);
    if (pfn < 0 && vma.hugeAdvice === 'huge' && this.makeRoom(9)) pfn = buddy.allocate(9, FrameKind.Anonymous, space.processKey);
    if (pfn < 0) return -1;
    for (let k = 0; k < HUGE_PAGES; k++) {
      frames.changeFlags(pfn + k, k === 0 ? FLAG_HUGE_HEAD : FLAG_HUGE_TAIL, 0);
      frames.setExtra(pfn + k, first + k);
      if (space.hasPatterns) frames.setPattern(pfn + k, 0);
    }
    return pfn;
  }

  /** Gives back a block that was never mapped. */
  freeBlock(pfn: Pfn): void {
    this.system.buddy.free(pfn, 9);
  }

  /** Maps a huge page, with a table kept for its split when it is transparent. False: no frame for a table. */
  private enter(space: AddressSpace, vma: Vma, first: Vpn, pfn: Pfn, level: HugeLevel, cow: boolean): boolean {
    const splits = vma.hugeLevel === undefined;
    if (splits && !space.tables.deposit(first)) return false;
    if (space.tables.map(first, pfn, entryFlags(vma.prot, cow) | PTE_PS, (vma.prot & PROT_EXEC) === 0, level)) return true;
    if (splits) space.tables.dropDeposit(first);
    return false;
  }

  private rewrite(space: AddressSpace, vma: Vma, entry: number, pfn: Pfn, cow: boolean): void {
    const keep = this.system.store.read32(entry) & 0x60;
    space.tables.rewrite(entry, pfn, entryFlags(vma.prot, cow) | PTE_PS | keep, (vma.prot & PROT_EXEC) === 0);
  }

  /** Nobody else maps any frame of the huge page. (The pool's own reference does not count.) */
  private isOwn(pfn: Pfn, pages: number): boolean {
    const { frames } = this.system;
    const alone = (frames.field(pfn, layout.FD_FLAGS) & FLAG_PINNED) !== 0 ? 2 : 1;
    if (alone === 2) return frames.references(pfn) === alone;
    for (let k = 0; k < pages; k++) if (frames.references(pfn + k) !== alone) return false;
    return true;
  }

  // ---- Changes of areas ------------------------------------------------------------------------------------------------

  /** Splits the transparent huge pages that an edge of [first, last) cuts; before the areas themselves are cut. */
  splitEdges(space: AddressSpace, first: Vpn, last: Vpn, cause: HugeCause): void {
    for (const edge of [first, last]) {
      const entry = edge % HUGE_PAGES === 0 ? 0 : space.tables.leafEntry(edge);
      if (entry === 0 || space.tables.leafLevel === 1) continue;
      if (space.vmas.find(edge)?.hugeLevel !== undefined) throw new Error(`page 0x${edge.toString(16)} cuts a huge page of a pool`);
      this.split(space, edge, cause);
    }
  }

  /** True when [first, last) cuts no page of a pool: what munmap, mprotect and madvise ask before they begin (EINVAL). */
  isAligned(space: AddressSpace, first: Vpn, last: Vpn): boolean {
    for (const edge of [first, last]) {
      const vma = space.vmas.find(edge - 1);
      if (vma?.hugeLevel !== undefined && edge < vma.last && edge % pagesOfLevel(vma.hugeLevel) !== 0) return false;
    }
    return true;
  }

  /** One huge page becomes 512 small ones of the same frames, rights, A and D, in this address space. */
  split(space: AddressSpace, vpn: Vpn, cause: HugeCause): void {
    const first = vpn - (vpn % HUGE_PAGES);
    const { frames } = this.system;
    const pfn = space.tables.frameOf(first);
    space.tables.split(first);
    space.invalidatePage(first);
    this.counts.split++;
    this.report(cause, space, first, HUGE_PAGES, pfn);
    if (this.isMappedHuge(space, first, pfn)) return;
    for (let k = 0; k < HUGE_PAGES; k++) {
      frames.changeFlags(pfn + k, 0, FLAG_HUGE_HEAD | FLAG_HUGE_TAIL);
      this.system.reclaim.added(pfn + k);
    }
  }

  /**
   * Splits a transparent huge page in every address space that maps it as one, by any of its frames, so that its frames can
   * be reclaimed or moved one by one. No effect on a frame that is part of none.
   */
  splitFrame(pfn: Pfn, cause: HugeCause): void {
    const { frames, families } = this.system;
    const vpn = frames.extra(pfn);
    for (const space of families[frames.field(pfn, layout.FD_OWNER)]?.members ?? []) {
      if (space.tables.leafEntry(vpn) !== 0 && space.tables.leafLevel === 2 && space.tables.frameOf(vpn) === pfn) this.split(space, vpn, cause);
    }
  }

  /** Another space of the family still maps the huge page as one. */
  private isMappedHuge(but: AddressSpace, vpn: Vpn, pfn: Pfn): boolean {
    for (const space of but.family.members) {
      if (space !== but && space.tables.leafEntry(vpn) !== 0 && space.tables.leafLevel === 2 && space.tables.frameOf(vpn) === pfn) return true;
    }
    return false;
  }

  /** The entry of a huge page goes: its frames lose a reference each. The caller clears the entry. */
  release(space: AddressSpace, entry: number, pages: number): void {
    const { store, frames } = this.system;
    const pfn = entryPfn(store.read32(entry), store.read32(entry + 4));
    if ((frames.field(pfn, layout.FD_FLAGS) & FLAG_PINNED) !== 0) {
      this.pool(pages === HUGE_PAGES ? 2 : 3).drop(pfn);
      space.hugetlbPages -= pages;
      return;
    }
    space.residentPages -= pages;
    const isLast = !this.isMappedHuge(space, frames.extra(pfn), pfn);
    for (let k = 0; k < pages; k++) {
      if (isLast && frames.references(pfn + k) > 1) {
        frames.changeFlags(pfn + k, 0, FLAG_HUGE_HEAD | FLAG_HUGE_TAIL);
        this.system.reclaim.added(pfn + k);
      }
      this.system.releaseFrame(pfn + k);
    }
  }

  /** Pages of an area of a pool were unmapped: promises for those never touched are taken back. `mapped`: 4 KiB pages that were mapped. */
  unreserve(vma: Vma, mapped: number): void {
    if (vma.hugeLevel === undefined || vma.hugeReserved !== true) return;
    this.pool(vma.hugeLevel).unreserve((vma.last - vma.first - mapped) / pagesOfLevel(vma.hugeLevel));
  }

  /** Rights of an entry in use follow its area. */
  protect(space: AddressSpace, vma: Vma, entry: number, pages: number): void {
    const { store } = this.system;
    const pfn = entryPfn(store.read32(entry), store.read32(entry + 4));
    this.rewrite(space, vma, entry, pfn, !vma.shared && !this.isOwn(pfn, pages));
  }

  /** fork: the child shows the same huge page; private ones become COW on both sides. False: no frame for a table. */
  copyEntry(parent: AddressSpace, child: AddressSpace, vma: Vma, vpn: Vpn, entry: number, pages: number): boolean {
    const { store, frames } = this.system;
    const low = store.read32(entry);
    const pfn = entryPfn(low, store.read32(entry + 4));
    const cow = !vma.shared;
    if (!this.enter(child, vma, vpn, pfn, pages === HUGE_PAGES ? 2 : 3, cow)) return false;
    for (let k = 0; k < pages; k++) frames.addReference(pfn + k);
    if (vma.hugeLevel === undefined) child.residentPages += pages; else child.hugetlbPages += pages;
    if (cow && (low & PTE_RW) !== 0) {
      store.write32(entry, ((low & ~PTE_RW) | PTE_COW) >>> 0);
      parent.invalidatePage(vpn);
    }
    return true;
  }
}
