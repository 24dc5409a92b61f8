/**
 * The address space of one process: VMAs, page tables, shadows and the program break, kept in step.
 *
 * Called by the loader, by memory system calls, by the heap through the machine, and by the fault handler
 * (fault-handler.ts), which is what fills pages in. Lengths and addresses are in pages; callers round.
 */
import * as layout from '../kernel/memory-layout';
import { PAGED_LAYOUT } from './address-layout';
import type { AddressLayout } from './address-layout';
import { FLAG_DIRTY, FrameKind } from './frame-table';
import { HugeCause } from './huge-outcomes';
import { PageMap } from './page-map';
import { PageTables, PTE_COW, PTE_FILE, PTE_NX_HIGH, PTE_P, PTE_D, PTE_PROTNONE, PTE_RW, PTE_SWAP, PTE_US, entryPfn, entrySlot } from './page-tables';
import type { PagingSystem } from './paging-system';
import { ShadowDirectory } from './shadow-directory';
import { highOf, lowOf, vpnOfVa } from './units';
import type { Pfn, Vpn } from './units';
import { PROT_EXEC, PROT_READ, PROT_WRITE, VmaList } from './vma';
import type { Vma, VmaTemplate, VmaWatcher } from './vma';

/** Lowest address that programs may map (vm.mmap_min_addr). */
export const MMAP_MIN_VPN = 16;
/** Pages below a stack that no mapping may take (stack_guard_gap of Linux). */
export const STACK_GUARD_PAGES = 256;
/** More pages than this are flushed as a whole (tlb_single_page_flush_ceiling of Linux). */
const FLUSH_CEILING = 33;

export class AddressSpace {
  /** Tag in the TLBs (asids.ts); 0 before it first ran. */
  asid = 0;
  asidGeneration = 0;
  readonly tables: PageTables;
  layout: AddressLayout = PAGED_LAYOUT;
  readonly vmas: VmaList;
  readonly shadows: ShadowDirectory;
  /** Sequence number of the fault that first touched each page; 0: never touched. */
  readonly firstFaults = new PageMap(0);
  /** Program break: pages of [heap] end at the page above it. */
  brkStart = 0n;
  brk = 0n;
  /** Present user pages that hold a frame of their own or of the page cache; the zero page does not count. */
  residentPages = 0;
  /** Pages whose entry names a swap slot. */
  swappedPages = 0;
  /** Pages that were promised to its private writable areas (overcommit). */
  committedPages = 0;
  /** Pages of huge-page pools that are mapped here, in 4 KiB; residentPages does not count them (as Linux, HugetlbPages). */
  hugetlbPages = 0;
  /** The spaces that fork made of one another: an anonymous frame is mapped at one page number in some of them. */
  family: Family;
  /** New pages hold patterns in place of bytes (pattern.ts): the space of a light workload process. */
  hasPatterns = false;

  constructor(readonly system: PagingSystem, readonly processKey: number, newMappingId: () => number, tables?: PageTables) {
    this.tables = tables ?? new PageTables(system.frames, system.buddy, system.levels, processKey);
    this.vmas = new VmaList(newMappingId, new FileLinks(this));
    this.shadows = new ShadowDirectory(system.store, system.constantShadows);
    this.family = new Family(this);
    system.spaces[processKey] = this;
    system.families[processKey] = this.family;
  }

  /** This space is a fork of `parent`: from now on their anonymous frames may be shared. */
  joinFamily(parent: AddressSpace): void {
    this.family.members.delete(this);
    this.family = parent.family;
    this.family.members.add(this);
    this.system.families[this.processKey] = this.family;
  }

  /** First page beyond the user half. */
  get userEnd(): Vpn {
    return this.system.levels === 5 ? 2 ** 44 : 2 ** 35;
  }

  /** True when this is the address space that the kernel runs in now. */
  get isRunning(): boolean {
    return this.system.store.read32(layout.ST_CR3) === this.tables.root;
  }

  map(template: VmaTemplate, shade: 0 | 1 | 2): Vma {
    const accounted = template.accounted ?? (!template.shared && (template.prot & PROT_WRITE) !== 0);
    const vma = this.vmas.insert(accounted ? { ...template, accounted } : template);
    if (accounted) this.promise(template.last - template.first);
    this.shade(template.first, template.last, shade);
    return vma;
  }

  /** A mapping of `pages` pages at `first` is possible here. Under paging: anywhere. */
  canMap(_first: Vpn, _pages: number): boolean {
    return true;
  }

  /** The rights of just these pages can be changed. */
  canProtect(_first: Vpn, _last: Vpn): boolean {
    return true;
  }

  /** The frame of a page that is found without page tables; -1: there is none, as under paging. */
  directFrame(_vpn: Vpn): Pfn {
    return -1;
  }

  /** Frames that belong to it without standing in page tables: whole segments. */
  forEachOwnFrame(_visit: (pfn: Pfn) => void): void { /* none under paging */ }

  /** The processor's descriptor-table registers for this space, set at a switch to it. Under paging alone there are none. */
  loadDescriptorTables(): void { /* flat */ }

  /** Place for an mmap of `pages` pages: top-down below the layout's mmapTop; -1 when the address space ends. */
  findGap(pages: number): Vpn {
    return this.vmas.findGap(pages, MMAP_MIN_VPN, vpnOfVa(this.layout.mmapTop));
  }

  /** Unmaps pages [first, last): entries, frames, shadows and areas go. */
  unmap(first: Vpn, last: Vpn): void {
    const cleared: Vpn[] = [];
    this.system.huge.splitEdges(this, first, last, HugeCause.SplitUnmap);
    const removed = this.vmas.remove(first, last);
    for (const vma of removed) {
      if (vma.accounted === true) this.promise(vma.first - vma.last);
      let huge = 0;
      this.tables.forEach(vma.first, vma.last, (vpn, entry, pages) => {
        this.releaseEntry(entry, pages);
        if (pages > 1) huge += pages;
        cleared.push(vpn);
      });
      this.system.huge.unreserve(vma, huge);
      this.firstFaults.setRange(vma.first, vma.last, 0);
      this.shadows.setPages(vma.first, vma.last, 0);
    }
    for (const vpn of cleared) this.tables.clear(vpn);
    this.flush(cleared);
    for (const vma of removed) if (vma.file !== null) this.system.pageCache.forgetUnmapped(vma.file);
  }

  /** Pages of private areas in [first, last) that nothing was promised for yet: what mprotect to writable would add. */
  unaccounted(first: Vpn, last: Vpn): number {
    let pages = 0;
    for (const vma of this.vmas.all()) {
      if (vma.last <= first || vma.first >= last || vma.shared || vma.accounted === true) continue;
      pages += Math.min(last, vma.last) - Math.max(first, vma.first);
    }
    return pages;
  }

  /** Promised pages change by `pages` (Committed_AS). Callers ask `system.commit.allows` first. */
  promise(pages: number): void {
    this.committedPages += pages;
    this.system.commit.committed += pages;
  }

  /** After fork copied the areas: their pages are promised once more. */
  promiseAll(): void {
    for (const vma of this.vmas.all()) if (vma.accounted === true) this.promise(vma.last - vma.first);
  }

  /** Takes the pages of [first, last) out of the tables; the areas stay, so that the next touch is a first one again. */
  zap(first: Vpn, last: Vpn): void {
    const cleared: Vpn[] = [];
    this.system.huge.splitEdges(this, first, last, HugeCause.SplitAdvice);
    this.tables.forEach(first, last, (vpn, entry, pages) => {
      this.releaseEntry(entry, pages);
      cleared.push(vpn);
    });
    for (const vpn of cleared) this.tables.clear(vpn);
    this.flush(cleared);
  }

  /** Changes the rights of mapped pages [first, last); entries in use follow at once. */
  protect(first: Vpn, last: Vpn, prot: number): void {
    this.system.huge.splitEdges(this, first, last, HugeCause.SplitProtect);
    if ((prot & PROT_WRITE) !== 0) {
      this.promise(this.unaccounted(first, last));
      this.vmas.change(first, last, (vma) => { if (!vma.shared) vma.accounted = true; });
    }
    this.vmas.protect(first, last, prot);
    const changed: Vpn[] = [];
    this.tables.forEach(first, last, (vpn, entry, pages) => {
      const vma = this.vmas.find(vpn);
      if (vma === null) throw new Error(`page 0x${vpn.toString(16)} is mapped outside all VMAs`);
      if (pages > 1) {
        this.system.huge.protect(this, vma, entry, pages);
        changed.push(vpn);
        return;
      }
      const low = this.system.store.read32(entry);
      // A swapped page gets its rights from its area when it comes back.
      if ((low & PTE_SWAP) !== 0) return;
      const pfn = entryPfn(low, this.system.store.read32(entry + 4));
      const cow = !vma.shared && ((low & PTE_FILE) !== 0 || pfn === this.system.zeroPfn || this.system.frames.references(pfn) > 1);
      const keep = low & 0xfff & ~(PTE_P | PTE_RW | PTE_US | PTE_PROTNONE | PTE_COW);
      const isClean = vma.shared && vma.file !== null && !this.system.pageCache.isDirty(pfn);
      const flags = entryFlags(prot, cow) & (isClean ? ~PTE_RW : ~0);
      this.tables.rewrite(entry, pfn, keep | flags, (prot & PROT_EXEC) === 0);
      changed.push(vpn);
    });
    this.flush(changed);
  }

  /**
   * Moves the program break. The new break on success, the old one when the place is taken, as brk(2).
   * `shade`: state of memory that is gained.
   */
  setBreak(to: bigint, shade: 0 | 1 | 2): bigint {
    if (to < this.brkStart) return this.brk;
    const oldEnd = vpnOfVa(this.brk + 4095n);
    const newEnd = vpnOfVa(to + 4095n);
    if (newEnd > oldEnd) {
      if (newEnd >= this.userEnd || !this.vmas.isFree(oldEnd, newEnd) || !this.system.commit.allows(newEnd - oldEnd)) return this.brk;
      this.map({ first: oldEnd, last: newEnd, prot: PROT_READ | PROT_WRITE, kind: 'heap', name: '[heap]', file: null, filePage: 0, growsDown: false, shared: false }, shade);
    } else if (newEnd < oldEnd) this.unmap(newEnd, oldEnd);
    this.brk = to;
    return to;
  }

  shade(first: Vpn, last: Vpn, state: 0 | 1 | 2): void {
    if (this.hasPatterns) return;
    this.shadows.setPages(first, last, state);
    if (this.isRunning) this.system.caches.clearFast();
  }

  /** Swap slot of a page; -1: it is not swapped. */
  slotOf(vpn: Vpn): number {
    const entry = this.tables.entryAddress(vpn);
    if (entry === 0) return -1;
    const low = this.system.store.read32(entry);
    return (low & PTE_SWAP) === 0 ? -1 : entrySlot(low, this.system.store.read32(entry + 4));
  }

  /**
   * Store address of a byte if its page is resident (P, or PROT_NONE with a frame) or swapped (shown in a scratch page, to be
   * read at once); 0 otherwise. No side effects.
   */
  peek(low: number, high: number): number {
    const vpn = (high >>> 0) * 1048576 + (low >>> 12);
    if (vpn >= this.userEnd) return 0;
    const pfn = this.tables.frameOf(vpn);
    if (pfn < 0) {
      const slot = this.slotOf(vpn);
      const shown = slot < 0 ? 0 : this.system.swap.peek(slot);
      return shown === 0 ? 0 : shown + (low & 4095);
    }
    const hasContent = this.system.frames.field(pfn, layout.FD_SLOT) !== 0;
    return this.system.frames.slot(hasContent ? pfn : this.system.zeroPfn) + (low & 4095);
  }

  /** Everything goes: entries, frames, tables, shadows, areas. The space must not be the running one's only hope. */
  destroy(): void {
    this.unmap(0, this.userEnd);
    this.shadows.destroy();
    this.tables.destroy();
    this.leaveSystem();
  }

  /** True when the running process is this space's: for spaces without page tables. */
  protected get isCurrentProcess(): boolean {
    return this.system.store.read32(layout.ST_ADDRESS_SPACE) === this.processKey;
  }

  protected leaveSystem(): void {
    this.system.asids.release(this);
    this.family.members.delete(this);
    this.system.reclaim.forgetAwaited(this.processKey);
    this.system.spaces[this.processKey] = undefined;
  }

  /** Virtual size in pages. */
  get virtualPages(): number {
    return this.vmas.all().reduce((sum, vma) => sum + (vma.last - vma.first), 0);
  }

  /** Called for an entry that goes: its frame loses a reference. */
  releaseEntry(entry: number, pages = 1): void {
    if (pages > 1) {
      this.system.huge.release(this, entry, pages);
      return;
    }
    const { system } = this;
    const low = system.store.read32(entry);
    const pfn = entryPfn(low, system.store.read32(entry + 4));
    if ((low & PTE_SWAP) !== 0) {
      this.swappedPages--;
      const unused = system.swap.drop(pfn);
      if (unused >= 0) system.freeCached(unused);
      return;
    }
    if (pfn === system.zeroPfn) system.frames.dropReference(pfn);
    else {
      // What this mapping wrote stays known when others still show the frame.
      if ((low & PTE_D) !== 0 && system.frames.kind(pfn) === FrameKind.Anonymous) system.frames.changeFlags(pfn, FLAG_DIRTY, 0);
      this.system.releaseFrame(pfn);
      this.residentPages--;
    }
  }

  invalidatePage(vpn: Vpn): void {
    if (this.isRunning) this.system.caches.invalidatePage(lowOf(vpn), highOf(vpn));
    else this.system.asids.flush(this);
  }

  private flush(pages: readonly Vpn[]): void {
    if (pages.length === 0) {
      if (this.isRunning) this.system.caches.clearFast();
    } else if (pages.length > FLUSH_CEILING || !this.isRunning) this.system.asids.flush(this);
    else for (const vpn of pages) this.system.caches.invalidatePage(lowOf(vpn), highOf(vpn));
  }

  /** Kind of the frame behind an entry. */
  frameKindOf(entry: number): FrameKind {
    return this.system.frames.kind(entryPfn(this.system.store.read32(entry), this.system.store.read32(entry + 4)));
  }
}

/** The spaces that fork made of one another (Linux: an anon_vma and its chain, coarser: one per family of processes). */
export class Family {
  readonly members: Set<AddressSpace>;

  constructor(founder: AddressSpace) {
    this.members = new Set([founder]);
  }
}

/** Tells the page cache which areas show which files. */
export class FileLinks implements VmaWatcher {
  constructor(private readonly space: AddressSpace) {}

  added(vma: Vma): void {
    if (vma.file !== null) this.space.system.pageCache.link(vma.file, vma, this.space);
  }

  removed(vma: Vma): void {
    if (vma.file !== null) this.space.system.pageCache.unlink(vma.file, vma);
  }
}

/** P, R/W, U/S, PROTNONE and COW of an entry for a page with rights `prot`; `cow`: a write must copy first. */
export function entryFlags(prot: number, cow: boolean): number {
  if ((prot & (PROT_READ | PROT_WRITE | PROT_EXEC)) === 0) return PTE_PROTNONE;
  if ((prot & PROT_WRITE) === 0) return PTE_P | PTE_US;
  return PTE_P | PTE_US | (cow ? PTE_COW : PTE_RW);
}

/** Rights as /proc/PID/maps writes them, "rw-p". */
export function permissionsText(prot: number, shared: boolean): string {
  return ((prot & PROT_READ) !== 0 ? 'r' : '-') + ((prot & PROT_WRITE) !== 0 ? 'w' : '-') + ((prot & PROT_EXEC) !== 0 ? 'x' : '-') + (shared ? 's' : 'p');
}

/** NX is set in the high word of an entry. */
export function isNoExecute(high: number): boolean {
  return (high & PTE_NX_HIGH) !== 0;
}
