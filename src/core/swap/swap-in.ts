/**
 * The fault on a swapped page (Linux, mm/memory.c: do_swap_page, and mm/swap_state.c: swap_cluster_readahead).
 *
 *   in the swap cache ─────────────────────────────────▶ mapped: no device involved (minor)
 *   not there ─ a frame, one request for the page and neighbours in use within its aligned cluster ─▶ mapped (major)
 *
 * The page is mapped with full rights when nobody else names its slot and no other entry shows its frame; otherwise a write
 * copies it at once, and a read shows it copy-on-write. After a read the slot stays as a valid copy until the page is written
 * to; when more than half of swap is used, or with a write, it is given back at once.
 */
import { ACCESS_WRITE } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import { entryFlags } from '../paging/address-space';
import type { AddressSpace } from '../paging/address-space';
import { FLAG_DIRTY, FLAG_READ_AHEAD, FrameKind } from '../paging/frame-table';
import { PTE_A } from '../paging/page-tables';
import type { PagingSystem } from '../paging/paging-system';
import type { Pfn, Vpn } from '../paging/units';
import { PROT_EXEC } from '../paging/vma';
import type { Vma } from '../paging/vma';
import { DeviceStatus } from './swap-device';

export const enum SwapInOutcome { Cached, Read, OutOfMemory, DeviceFailed }

export class SwapIn {
  /** Cycles that the device needed for the last one, waiting for earlier requests included. */
  waitCycles = 0;
  /** Frame that the last one mapped. */
  pfn: Pfn = -1;
  /** Readahead adapts to what was used of it (swapin_nr_pages). */
  private hits = 4;
  private lastWindow = 1;
  private lastSlot = -1;

  constructor(private readonly system: PagingSystem) {}

  /** Brings the page of a swapped entry back and maps it. */
  fault(space: AddressSpace, vma: Vma, vpn: Vpn, slot: number, access: number): SwapInOutcome {
    const { swap, frames } = this.system;
    this.waitCycles = 0;
    let pfn = swap.slots.cached(slot);
    const wasCached = pfn >= 0;
    if (wasCached) {
      swap.statistics.cacheHits++;
      if ((frames.field(pfn, layout.FD_FLAGS) & FLAG_READ_AHEAD) !== 0) {
        frames.changeFlags(pfn, 0, FLAG_READ_AHEAD);
        swap.statistics.readAheadHits++;
        this.hits++;
      }
    } else {
      const read = this.read(space, slot);
      if (read !== SwapInOutcome.Read) return read;
      pfn = swap.slots.cached(slot);
    }
    // A hold: nothing that follows may evict it.
    frames.addReference(pfn);
    const mapped = this.attach(space, vma, vpn, slot, pfn, access);
    if (!mapped) { this.release(pfn); return SwapInOutcome.OutOfMemory; }
    return wasCached ? SwapInOutcome.Cached : SwapInOutcome.Read;
  }

  /** Reads the slot, with neighbours; it is in the swap cache then. */
  private read(space: AddressSpace, slot: number): SwapInOutcome {
    const { system } = this;
    const { swap, reclaim, clock } = system;
    const pfn = system.allocateFrame(FrameKind.Anonymous, space.processKey);
    if (pfn < 0) return SwapInOutcome.OutOfMemory;
    if (swap.slots.cached(slot) >= 0) throw new Error(`slot ${String(slot)} was cached while a frame for it was sought`);
    const { first, last } = this.window(slot);
    const run = this.framesFor(first, last, slot, pfn);
    let status = swap.read(run.first, run.pfns);
    if (status !== DeviceStatus.Ok && run.pfns.length > 1) {
      for (const other of run.pfns) if (other !== pfn) system.releaseFrame(other);
      run.pfns = [pfn];
      run.first = slot;
      status = swap.read(slot, run.pfns);
    }
    this.waitCycles = swap.timeline.request(clock.now(), run.pfns.length) - clock.now();
    if (status !== DeviceStatus.Ok) {
      system.observer.deviceFailed(status, false, slot, pfn);
      system.releaseFrame(pfn);
      return SwapInOutcome.DeviceFailed;
    }
    run.pfns.forEach((each, i) => {
      const at = run.first + i;
      const shadow = swap.slots.shadow(at);
      swap.enterCache(each, at);
      system.frames.setField(each, layout.FD_OWNER, swap.slots.owner(at));
      system.frames.setExtra(each, swap.slots.vpn(at));
      system.releaseFrame(each);
      system.reclaim.removed(each);
      if (each === pfn) reclaim.added(each, reclaim.refaulted(shadow, false));
      else {
        system.frames.changeFlags(each, FLAG_READ_AHEAD, 0);
        swap.statistics.readAheadPages++;
        reclaim.added(each);
      }
    });
    reclaim.workingSet.stalled(this.waitCycles);
    return SwapInOutcome.Read;
  }

  /** Maps the frame, on which the caller has a hold that becomes the entry's reference. */
  private attach(space: AddressSpace, vma: Vma, vpn: Vpn, slot: number, pfn: Pfn, access: number): boolean {
    const { system } = this;
    const { swap, frames } = system;
    const isWrite = (access & ACCESS_WRITE) !== 0;
    const isOnlyOne = swap.slots.references(slot) === 1 && frames.references(pfn) === 2;
    let mapped = pfn;
    if (isWrite && !isOnlyOne) {
      mapped = system.allocateFrame(FrameKind.Anonymous, space.processKey);
      if (mapped < 0) return false;
      frames.copyContent(mapped, pfn);
      this.release(pfn);
    }
    const entry = space.tables.entryAddress(vpn);
    const isShared = mapped === pfn && !isOnlyOne;
    // Young, as Linux makes it: the process may sleep until the device is done, and the page must not leave before it was used.
    space.tables.rewrite(entry, mapped, entryFlags(vma.prot, isShared) | PTE_A, (vma.prot & PROT_EXEC) === 0);
    space.swappedPages--;
    space.residentPages++;
    if (mapped !== pfn || isOnlyOne) {
      frames.setField(mapped, layout.FD_OWNER, space.processKey);
      frames.setExtra(mapped, vpn);
    }
    const unused = swap.drop(slot);
    if (unused >= 0) system.freeCached(unused);
    if (isOnlyOne && (isWrite || swap.isNearlyFull)) {
      swap.detach(pfn);
      frames.changeFlags(pfn, FLAG_DIRTY, 0);
    }
    this.pfn = mapped;
    return true;
  }

  /** Gives a hold back. */
  private release(pfn: Pfn): void {
    this.system.releaseFrame(pfn);
  }

  /** Slots of the aligned window around a slot. */
  private window(slot: number): { readonly first: number; readonly last: number } {
    const { swap } = this.system;
    const most = 2 ** swap.pageCluster;
    let pages = 1;
    if (most > 1) {
      pages = this.hits + 2;
      if (pages === 2) pages = slot === this.lastSlot + 1 || slot === this.lastSlot - 1 ? 2 : 1;
      else {
        let rounded = 4;
        while (rounded < pages) rounded *= 2;
        pages = rounded;
      }
      pages = Math.max(Math.min(pages, most), Math.floor(this.lastWindow / 2));
      this.hits = 0;
    }
    this.lastWindow = pages;
    this.lastSlot = slot;
    const first = slot - (slot % pages);
    return { first, last: Math.min(swap.slots.slotCount, first + pages) };
  }

  /** The unbroken run of slots around `slot` that are in use and not in RAM, with frames for them while frames are plenty. */
  private framesFor(first: number, last: number, slot: number, pfn: Pfn): { first: number; pfns: Pfn[] } {
    const { swap } = this.system;
    const wanted = (at: number): boolean => at >= first && at < last && swap.slots.references(at) > 0 && swap.slots.cached(at) < 0;
    const take = (): Pfn => (this.system.isPlenty ? this.system.allocateFrame(FrameKind.Anonymous, 0) : -1);
    const pfns = [pfn];
    let from = slot;
    for (let at = slot + 1; wanted(at); at++) {
      const next = take();
      if (next < 0) break;
      pfns.push(next);
    }
    for (; wanted(from - 1); from--) {
      const next = take();
      if (next < 0) break;
      pfns.unshift(next);
    }
    return { first: from, pfns };
  }
}
