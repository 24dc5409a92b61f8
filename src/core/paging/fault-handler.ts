/**
 * The page-fault handler: what the operating system does when a walk finds no usable entry (Linux, mm/memory.c, in
 * outline). Called from the kernel's `pageFault` call out through the machine, which logs the outcome and charges its cost.
 *
 *   address not canonical                          → general protection
 *   kernel half, or no VMA and no stack to grow    → no mapping
 *   rights of the VMA forbid the access            → protection
 *   entry present, write, COW                      → copy (a frame of one's own is used again when nobody shares it)
 *   no entry, file behind it                       → page-cache frame, shared; a private write copies it at once
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
import { PTE_COW, PTE_FILE, PTE_P, PTE_PROTNONE, PTE_RW, entryPfn } from './page-tables';
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

export const enum FaultVerdict { Resolved, NoMapping, Protection, NotCanonical, StackOverflow, BeyondFile, OutOfMemory }

/** What was done about the last fault; overwritten by the next one. */
export interface FaultRecord { verdict: FaultVerdict; kind: FaultKind; pfn: Pfn; mappingId: number; pte: number; pteHigh: number; first: boolean }

export class FaultHandler {
  readonly last: FaultRecord = { verdict: FaultVerdict.Resolved, kind: FaultKind.Invalid, pfn: 0, mappingId: 0, pte: 0, pteHigh: 0, first: false };

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
    const entry = space.tables.entryAddress(vpn);
    const bits = entry === 0 ? 0 : space.system.store.read32(entry);
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
    stack.first = vpn;
    return FaultVerdict.Resolved;
  }

  /** First touch of a page. */
  private fill(space: AddressSpace, vma: Vma, vpn: Vpn, access: number): FaultVerdict {
    this.last.first = true;
    if (vma.file !== null) return this.fillFromFile(space, vma, vpn, access);
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
    const file = vma.file;
    if (file === null) throw new Error('a file page without a file');
    const page = vma.filePage + (vpn - vma.first);
    if (page * 4096 >= file.size()) return FaultVerdict.BeyondFile;
    const cached = pageCache.frameOf(file, page);
    if (cached < 0) return FaultVerdict.OutOfMemory;
    if ((access & ACCESS_WRITE) !== 0 && !vma.shared) {
      const pfn = this.newFrame(space, vpn);
      if (pfn < 0) return FaultVerdict.OutOfMemory;
      this.copyFrame(space, pfn, cached);
      if (!this.enter(space, vma, vpn, pfn, false, 0)) { space.system.releaseFrame(pfn); return FaultVerdict.OutOfMemory; }
      space.residentPages++;
      this.last.kind = FaultKind.CopyOnWrite;
      return FaultVerdict.Resolved;
    }
    if (!this.enter(space, vma, vpn, cached, !vma.shared, PTE_FILE)) return FaultVerdict.OutOfMemory;
    frames.addReference(cached);
    if (frames.extra(cached) === 0) frames.setExtra(cached, vpn);
    space.residentPages++;
    this.last.kind = vma.kind === 'library' ? FaultKind.Library : FaultKind.File;
    return FaultVerdict.Resolved;
  }

  /** The entry exists: a write to a COW page copies; anything else is a right that came later (mprotect) or an entry the caches missed. */
  private upgrade(space: AddressSpace, vma: Vma, vpn: Vpn, entry: number, bits: number, access: number): FaultVerdict {
    const { store, frames, zeroPfn } = space.system;
    const old = entryPfn(bits, store.read32(entry + 4));
    this.last.pfn = old;
    if ((access & ACCESS_WRITE) === 0 || (bits & PTE_COW) === 0) {
      const usable = (bits & PTE_P) !== 0 && ((access & ACCESS_WRITE) === 0 || (bits & PTE_RW) !== 0);
      if (!usable || (bits & PTE_PROTNONE) !== 0) throw new Error(`page 0x${vpn.toString(16)}: entry 0x${bits.toString(16)} disagrees with its VMA`);
      this.last.kind = FaultKind.File;
      this.note(store.read32(entry), store.read32(entry + 4));
      return FaultVerdict.Resolved;
    }
    this.last.kind = FaultKind.CopyOnWrite;
    const own = (bits & PTE_FILE) === 0 && old !== zeroPfn && frames.references(old) === 1;
    let pfn = old;
    if (!own) {
      pfn = this.newFrame(space, vpn);
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

  private enter(space: AddressSpace, vma: Vma, vpn: Vpn, pfn: Pfn, cow: boolean, software: number): boolean {
    const flags = entryFlags(vma.prot, cow) | software;
    const noExecute = (vma.prot & PROT_EXEC) === 0;
    if (!space.tables.map(vpn, pfn, flags, noExecute)) {
      if (space.system.pageCache.shrink() === 0 || !space.tables.map(vpn, pfn, flags, noExecute)) return false;
    }
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
