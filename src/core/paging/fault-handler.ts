/**
 * The page-fault handler: what the operating system does when a walk finds no usable entry (Linux, mm/memory.c, in
 * outline). Called from the kernel's `pageFault` call out through the machine, which logs the outcome and charges its cost.
 *
 *   address not canonical                          → general protection
 *   kernel half, or no VMA and no stack to grow    → no mapping
 *   rights of the VMA forbid the access            → protection
 *   entry present, write, COW                      → copy (a frame of one's own is used again when nobody shares it)
 *   no entry, file behind it                       → page-cache frame, shared; a private write copies it at once
 *   entry present, write, shared file              → the page becomes dirty and the entry writable
 *   no entry, anonymous, read                      → the zero page, COW
 *   no entry, anonymous, write                     → a fresh frame of zeros
 *
 * A stack area grows down by the fault when the address lies within its limit and the guard gap of 256 pages to the next
 * area below stays free. Beyond that the verdict is a stack overflow; the caller, who knows SP, tells it from a wild pointer.
 */
import { ACCESS_FETCH, ACCESS_WRITE } from '../kernel-interface';
import { entryFlags, STACK_GUARD_PAGES } from './address-space';
import type { AddressSpace } from './address-space';
import { FrameKind } from './frame-table';
import { HugeOutcome } from './huge-outcomes';
import { PTE_A, PTE_COW, PTE_FILE, PTE_P, PTE_PROTNONE, PTE_RW, PTE_SWAP, entryPfn, entrySlot } from './page-tables';
import { SwapInOutcome } from '../swap/swap-in';
import { isCanonical, isKernelHalf, vpnOf } from './units';
import type { Pfn, Vpn } from './units';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from './vma';
import type { Vma } from './vma';

/** Kinds as the views number them (FaultColumns.kind). Major: SwapIn and FileRead, which wait for a device. */
export const enum FaultKind {
  DemandZero, ZeroPage,
  /** A page of the program's file or of a mapped file that the page cache holds. */
  File,
  CopyOnWrite, StackGrowth, SwapIn, Invalid,
  /** A page of the shared library that the page cache holds. */
  Library,
  /** A file page that had to be read from its device. */
  FileRead,
  /** First touch of a page of shared memory. */
  SharedMemory,
  /** First touch of a 2 MiB or 1 GiB page. */
  HugePage,
  /** The page's swap slot was still in RAM (swap cache). */
  SwapCache,
  /** First write to a clean page of a shared file mapping. */
  WriteNotify,
}

/** A major fault waited for a device. */
export function isMajor(kind: FaultKind): boolean {
  return kind === FaultKind.SwapIn || kind === FaultKind.FileRead;
}

export const enum FaultVerdict { Resolved, NoMapping, Protection, NotCanonical, StackOverflow, BeyondFile, OutOfMemory,
  /** The pool of huge pages is empty, and the mapping had no reservation. */
  NoHugePage,
  /** The page is in swap, and its device could not give it back. */
  DeviceFailed }

/** What was done about the last fault; overwritten by the next one. */
export interface FaultRecord { verdict: FaultVerdict; kind: FaultKind; pfn: Pfn; mappingId: number; pte: number; pteHigh: number; first: boolean;
  /** Cycles that the process waits for a device. */
  waitCycles: number;
  /** 4 KiB pages of the page that was mapped: 1, or those of a huge page, which begins at `firstPage`. */
  pages: number;
  firstPage: Vpn;
  /** Neighbours that were mapped with it (fault-around). */
  around: Vpn[];
}

export class FaultHandler {
  readonly last: FaultRecord = { verdict: FaultVerdict.Resolved, kind: FaultKind.Invalid, pfn: 0, mappingId: 0, pte: 0, pteHigh: 0, first: false, waitCycles: 0, pages: 1, firstPage: 0, around: [] };

  /** `stackLimitPages`: RLIMIT_STACK. */
  constructor(private readonly stackLimitPages: number) {}

  /** Handles a fault of a user-mode access to (low, high); ACCESS_* as the kernel reports it. */
  handle(space: AddressSpace, low: number, high: number, access: number): FaultVerdict {
    const last = this.last;
    last.kind = FaultKind.Invalid;
    last.pfn = 0;
    last.mappingId = 0;
    last.pte = 0;
    last.pteHigh = 0;
    last.first = false;
    last.waitCycles = 0;
    last.around.length = 0;
    last.pages = 1;
    last.firstPage = vpnOf(low, high);
    last.verdict = this.resolve(space, low, high, access);
    if (last.verdict !== FaultVerdict.Resolved) last.kind = FaultKind.Invalid;
    return last.verdict;
  }

  private resolve(space: AddressSpace, low: number, high: number, access: number): FaultVerdict {
    if (!isCanonical(high, space.system.levels)) return FaultVerdict.NotCanonical;
    if (isKernelHalf(high)) return FaultVerdict.NoMapping;
    const vpn = vpnOf(low, high);
    let vma = space.vmas.find(vpn);
    let grew = false;
    if (vma === null) {
      const above = space.vmas.findAtOrAbove(vpn);
      if (above === null || !above.growsDown) return FaultVerdict.NoMapping;
      const verdict = this.growStack(space, above, vpn);
      if (verdict !== FaultVerdict.Resolved) return verdict;
      vma = above;
      grew = true;
    }
    this.last.mappingId = vma.mappingId;
    if (!permits(vma.prot, access)) return FaultVerdict.Protection;
    const entry = space.tables.leafEntry(vpn);
    const bits = entry === 0 ? 0 : space.system.store.read32(entry);
    if (bits !== 0 && space.tables.leafLevel > 1) return this.upgradeHuge(space, vma, vpn, entry, bits, access);
    const verdict = bits === 0
      ? this.fill(space, vma, vpn, access)
      : this.upgrade(space, vma, vpn, entry, bits, access);
    if (grew && verdict === FaultVerdict.Resolved) this.last.kind = FaultKind.StackGrowth;
    return verdict;
  }

  /** Extends a stack area down to `vpn` within limit and guard gap. */
  private growStack(space: AddressSpace, stack: Vma, vpn: Vpn): FaultVerdict {
    if (stack.last - vpn > this.stackLimitPages) return FaultVerdict.StackOverflow;
    const below = space.vmas.findBelow(vpn);
    if (below !== null && below.last + STACK_GUARD_PAGES > vpn) return FaultVerdict.StackOverflow;
    if (!space.system.commit.allows(stack.first - vpn)) return FaultVerdict.StackOverflow;
    space.promise(stack.first - vpn);
    stack.first = vpn;
    return FaultVerdict.Resolved;
  }

  /** First touch of a page. */
  private fill(space: AddressSpace, vma: Vma, vpn: Vpn, access: number): FaultVerdict {
    this.last.first = true;
    if (vma.file !== null) return this.fillFromFile(space, vma, vpn, access);
    const huge = space.system.huge.fault(space, vma, vpn);
    if (huge !== HugeOutcome.Small) return this.filledHuge(space, vpn, huge);
    const { frames, zeroPfn } = space.system;
    if ((access & ACCESS_WRITE) === 0) {
      if (!this.enter(space, vma, vpn, zeroPfn, true, 0)) return FaultVerdict.OutOfMemory;
      frames.addReference(zeroPfn);
      this.last.kind = FaultKind.ZeroPage;
      return FaultVerdict.Resolved;
    }
    const pfn = this.newFrame(space, vpn);
    if (pfn < 0) return FaultVerdict.OutOfMemory;
    if (!this.enter(space, vma, vpn, pfn, false, 0)) { space.system.releaseFrame(pfn); return FaultVerdict.OutOfMemory; }
    space.residentPages++;
    this.last.kind = FaultKind.DemandZero;
    return FaultVerdict.Resolved;
  }

  private fillFromFile(space: AddressSpace, vma: Vma, vpn: Vpn, access: number): FaultVerdict {
    const { frames, pageCache } = space.system;
    const { file } = vma;
    if (file === null) throw new Error('a file page without a file');
    const page = vma.filePage + (vpn - vma.first);
    if (page * 4096 >= file.size()) return FaultVerdict.BeyondFile;
    const cached = pageCache.obtain(file, page, vma.readAdvice);
    if (cached < 0) return FaultVerdict.OutOfMemory;
    this.last.waitCycles = pageCache.waitCycles;
    const isWrite = (access & ACCESS_WRITE) !== 0;
    // The entry's reference, or a hold on the page while it is copied: reclaim may run in between.
    frames.addReference(cached);
    const isPrivateWrite = isWrite && !vma.shared;
    const verdict = isPrivateWrite ? this.fillWithCopy(space, vma, vpn, cached) : this.showCached(space, vma, vpn, cached, isWrite);
    if (isPrivateWrite || verdict !== FaultVerdict.Resolved) frames.dropReference(cached);
    if (verdict !== FaultVerdict.Resolved) return verdict;
    if (!isWrite) this.mapAround(space, vma, vpn, page);
    this.last.kind = this.last.waitCycles > 0 ? FaultKind.FileRead : isPrivateWrite ? FaultKind.CopyOnWrite
      : file.backing === 'memory' ? FaultKind.SharedMemory : vma.kind === 'library' ? FaultKind.Library : FaultKind.File;
    return FaultVerdict.Resolved;
  }

  /** A private write to a file page that nobody touched yet here: a copy at once. */
  private fillWithCopy(space: AddressSpace, vma: Vma, vpn: Vpn, cached: Pfn): FaultVerdict {
    const pfn = this.newFrame(space, vpn);
    if (pfn < 0) return FaultVerdict.OutOfMemory;
    this.copyFrame(space, pfn, cached);
    if (!this.enter(space, vma, vpn, pfn, false, 0)) { space.system.releaseFrame(pfn); return FaultVerdict.OutOfMemory; }
    space.residentPages++;
    return FaultVerdict.Resolved;
  }

  /** The page of the cache itself; a shared file's page gets the right to write only with a write, which makes it dirty. */
  private showCached(space: AddressSpace, vma: Vma, vpn: Vpn, cached: Pfn, isWrite: boolean): FaultVerdict {
    const { pageCache } = space.system;
    const keepsRight = !vma.shared || isWrite || vma.file?.backing === 'memory';
    // Young when the process sleeps until the device is done: the page must not leave before it was used.
    const young = this.last.waitCycles > 0 ? PTE_A : 0;
    if (!this.enter(space, vma, vpn, cached, !vma.shared, PTE_FILE | young, keepsRight ? ~0 : ~PTE_RW)) return FaultVerdict.OutOfMemory;
    if (isWrite) pageCache.markDirty(cached);
    space.residentPages++;
    return FaultVerdict.Resolved;
  }

  /** Fault-around: cached neighbours within the aligned window are mapped too, so that their first touch costs no fault (Linux, do_fault_around). */
  private mapAround(space: AddressSpace, vma: Vma, vpn: Vpn, page: number): void {
    const { pageCache, frames, store } = space.system;
    const window = pageCache.settings.faultAroundPages;
    const { file } = vma;
    if (window <= 1 || file === null) return;
    const start = vpn - (vpn % window);
    const end = Math.min(start + window, vma.last, vpn + Math.ceil(file.size() / 4096) - page);
    const keepsRight = !vma.shared || file.backing === 'memory';
    const flags = (entryFlags(vma.prot, !vma.shared) | PTE_FILE) & (keepsRight ? ~0 : ~PTE_RW);
    for (let near = Math.max(start, vma.first); near < end; near++) {
      const entry = space.tables.entryAddress(near);
      if (entry === 0 || store.read32(entry) !== 0) continue;
      const pfn = pageCache.obtainWithoutWaiting(file, page + near - vpn);
      if (pfn < 0 || !space.tables.map(near, pfn, flags, (vma.prot & PROT_EXEC) === 0)) continue;
      frames.addReference(pfn);
      space.residentPages++;
      this.last.around.push(near);
    }
  }

  private filledHuge(space: AddressSpace, vpn: Vpn, outcome: HugeOutcome): FaultVerdict {
    if (outcome !== HugeOutcome.Mapped) return outcome === HugeOutcome.NoPage ? FaultVerdict.NoHugePage : FaultVerdict.OutOfMemory;
    const { store, huge } = space.system;
    const entry = space.tables.leafEntry(vpn);
    this.last.kind = FaultKind.HugePage;
    this.last.pages = huge.mappedPages;
    this.last.firstPage = huge.mappedFirst;
    this.note(store.read32(entry), store.read32(entry + 4));
    this.last.pfn = entryPfn(this.last.pte, this.last.pteHigh);
    return FaultVerdict.Resolved;
  }

  /** As `upgrade`, where the entry is a huge page's. */
  private upgradeHuge(space: AddressSpace, vma: Vma, vpn: Vpn, entry: number, bits: number, access: number): FaultVerdict {
    const { store, huge } = space.system;
    if ((access & ACCESS_WRITE) === 0 || (bits & PTE_COW) === 0) return this.upgrade(space, vma, vpn, entry, bits, access);
    const outcome = huge.write(space, vma, vpn);
    if (outcome === HugeOutcome.Retry) {
      const small = space.tables.entryAddress(vpn);
      return this.upgrade(space, vma, vpn, small, store.read32(small), access);
    }
    const verdict = this.filledHuge(space, vpn, outcome);
    if (verdict === FaultVerdict.Resolved) this.last.kind = FaultKind.CopyOnWrite;
    return verdict;
  }

  /** The entry exists: a write to a COW page copies; anything else is a right that came later (mprotect) or an entry the caches missed. */
  private upgrade(space: AddressSpace, vma: Vma, vpn: Vpn, entry: number, bits: number, access: number): FaultVerdict {
    if ((bits & PTE_SWAP) !== 0) return this.bringBack(space, vma, vpn, entry, access);
    const { store, frames, zeroPfn } = space.system;
    const old = entryPfn(bits, store.read32(entry + 4));
    this.last.pfn = old;
    if ((access & ACCESS_WRITE) !== 0 && vma.shared && (bits & (PTE_P | PTE_FILE | PTE_RW)) === (PTE_P | PTE_FILE)) {
      space.system.pageCache.markDirty(old);
      store.write32(entry, (bits | PTE_RW) >>> 0);
      this.last.kind = FaultKind.WriteNotify;
      this.note(store.read32(entry), store.read32(entry + 4));
      return FaultVerdict.Resolved;
    }
    if ((access & ACCESS_WRITE) === 0 || (bits & PTE_COW) === 0) {
      const usable = (bits & PTE_P) !== 0 && ((access & ACCESS_WRITE) === 0 || (bits & PTE_RW) !== 0);
      if (!usable || (bits & PTE_PROTNONE) !== 0) throw new Error(`page 0x${vpn.toString(16)}: entry 0x${bits.toString(16)} disagrees with its VMA`);
      this.last.kind = FaultKind.File;
      this.note(store.read32(entry), store.read32(entry + 4));
      return FaultVerdict.Resolved;
    }
    this.last.kind = FaultKind.CopyOnWrite;
    const own = (bits & PTE_FILE) === 0 && old !== zeroPfn && space.system.isExclusive(old);
    let pfn = old;
    if (!own) {
      // A hold: what is being copied must not leave RAM while a frame for the copy is sought.
      frames.addReference(old);
      pfn = this.newFrame(space, vpn);
      frames.dropReference(old);
      if (pfn < 0) return FaultVerdict.OutOfMemory;
      if (old !== zeroPfn) this.copyFrame(space, pfn, old);
      space.releaseEntry(entry);
      space.residentPages++;
    }
    space.tables.rewrite(entry, pfn, entryFlags(vma.prot, false), (vma.prot & PROT_EXEC) === 0);
    space.invalidatePage(vpn);
    this.last.pfn = pfn;
    this.note(store.read32(entry), store.read32(entry + 4));
    return FaultVerdict.Resolved;
  }

  /** The page is in swap. */
  private bringBack(space: AddressSpace, vma: Vma, vpn: Vpn, entry: number, access: number): FaultVerdict {
    const { store, swapIn } = space.system;
    const outcome = swapIn.fault(space, vma, vpn, entrySlot(store.read32(entry), store.read32(entry + 4)), access);
    this.last.waitCycles = swapIn.waitCycles;
    if (outcome === SwapInOutcome.OutOfMemory) return FaultVerdict.OutOfMemory;
    if (outcome === SwapInOutcome.DeviceFailed) return FaultVerdict.DeviceFailed;
    this.last.kind = outcome === SwapInOutcome.Read ? FaultKind.SwapIn : FaultKind.SwapCache;
    const now = space.tables.entryAddress(vpn);
    this.last.pfn = swapIn.pfn;
    this.note(store.read32(now), store.read32(now + 4));
    return FaultVerdict.Resolved;
  }

  private newFrame(space: AddressSpace, vpn: Vpn): Pfn {
    const pfn = space.system.allocateFrame(FrameKind.Anonymous, space.processKey);
    if (pfn < 0) return -1;
    if (space.hasPatterns) space.system.frames.setPattern(pfn, 0);
    else space.system.frames.slot(pfn);
    space.system.frames.setExtra(pfn, vpn);
    return pfn;
  }

  private copyFrame(space: AddressSpace, to: Pfn, from: Pfn): void {
    space.system.frames.copyContent(to, from);
  }

  private enter(space: AddressSpace, vma: Vma, vpn: Vpn, pfn: Pfn, cow: boolean, software: number, mask = ~0): boolean {
    const flags = (entryFlags(vma.prot, cow) | software) & mask;
    const noExecute = (vma.prot & PROT_EXEC) === 0;
    while (!space.tables.map(vpn, pfn, flags, noExecute)) if (!space.system.makeRoom()) return false;
    this.last.pfn = pfn;
    this.note(((pfn << 12) | flags) >>> 0, (Math.floor(pfn / 1048576) | (noExecute ? 0x80000000 : 0)) >>> 0);
    return true;
  }

  private note(low: number, high: number): void {
    this.last.pte = low;
    this.last.pteHigh = high;
  }
}

/** A page that is writable or executable is readable too: x86 tables cannot say otherwise (Intel SDM vol. 3, 4.6). */
function permits(prot: number, access: number): boolean {
  if ((access & ACCESS_FETCH) !== 0) return (prot & PROT_EXEC) !== 0;
  if ((access & ACCESS_WRITE) !== 0) return (prot & PROT_WRITE) !== 0;
  return (prot & (PROT_READ | PROT_WRITE | PROT_EXEC)) !== 0;
}
