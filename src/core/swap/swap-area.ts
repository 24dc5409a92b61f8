/**
 * Swap: the slots of one device, the swap cache, and the transfers between slots and frames (Linux, mm/swap_state.c and
 * mm/swapfile.c, in outline). Called by the fault handler (swap-in), by reclaim (swap-out), and by whoever visits page tables.
 *
 *   frame ──assign: a slot is taken, the frame caches it──▶ in the swap cache, its mappings become swapped entries
 *     ▲                                                        │ write: content and checksum reach the device
 *     │ attach: an entry takes the frame                       ▼
 *   in the swap cache ◀──read: content verified── slot only ◀──detach: the frame is given back
 *
 * A frame in the swap cache holds one reference of the cache's own. Its slot is a valid copy unless one of its entries is
 * dirty. A slot goes when neither an entry nor a frame has it.
 *
 * A failed transfer is a status, told to the observer; nothing is dropped because of it. In a replay the statuses come
 * from the journal, so that it takes the same path without the same broken disk.
 */
import type { SwapConfig } from '../../shared/config';
import * as layout from '../kernel/memory-layout';
import { FLAG_READ_AHEAD, FLAG_SWAP_CACHE } from '../paging/frame-table';
import type { FrameTable } from '../paging/frame-table';
import { patternChecksum } from '../paging/pattern';
import type { Pfn } from '../paging/units';
import { DeviceTimeline } from './device-model';
import { SlotMap } from './slot-map';
import { DeviceStatus, pageChecksum, RamSwapDevice, SLOT_BYTES } from './swap-device';
import type { SwapDevice } from './swap-device';

/** Scratch pages in which swapped pages are shown to views, used in turn. */
const PEEK_PAGES = 16;
/** Pages of one request at most. */
export const REQUEST_PAGES = 32;

/** Writes failures down, or tells them when a run is replayed (machine/input-log.ts). */
export interface DeviceJournal {
  /** The status of device request number `request` (from 1) as the machine shall see it. */
  settle(request: number, status: DeviceStatus): DeviceStatus;
}

export interface SwapStatistics {
  pagesIn: number; pagesOut: number; readRequests: number; writeRequests: number;
  /** Faults whose page was still in the swap cache, and of these how many had been read ahead. */
  cacheHits: number; readAheadHits: number; readAheadPages: number;
  readErrors: number; writeErrors: number;
  /** Measured time of real requests in microseconds (annotations, outside the trace). */
  measuredReadMicroseconds: number; measuredWriteMicroseconds: number;
}

const PASS_THROUGH: DeviceJournal = { settle: (_request, status) => status };

export class SwapArea {
  readonly slots: SlotMap;
  readonly timeline: DeviceTimeline;
  readonly statistics: SwapStatistics = {
    pagesIn: 0, pagesOut: 0, readRequests: 0, writeRequests: 0, cacheHits: 0, readAheadHits: 0, readAheadPages: 0,
    readErrors: 0, writeErrors: 0, measuredReadMicroseconds: 0, measuredWriteMicroseconds: 0,
  };
  journal: DeviceJournal = PASS_THROUGH;
  pageCluster: number;
  private readonly slotOfFrame: (Uint32Array | undefined)[] = [];
  private readonly peekPages: { address: number; slot: number }[] = [];
  private nextPeek = 0;
  private requests = 0;

  /** `checksumOf`: of the page at a store address. */
  constructor(
    private readonly frames: FrameTable, config: SwapConfig, readonly device: SwapDevice = new RamSwapDevice(config.slotCount),
    private readonly checksumOf: (address: number) => number = (address) => pageChecksum(frames.store.words, address),
  ) {
    if (device.slotCount < config.slotCount) throw new Error('the swap device is smaller than configured');
    this.slots = new SlotMap(config.slotCount);
    this.timeline = new DeviceTimeline(config.device);
    this.pageCluster = config.pageCluster;
  }

  get isOn(): boolean {
    return this.slots.slotCount > 0;
  }

  /** More than half of the slots are used: copies of resident pages are not kept (vm_swap_full of Linux). */
  get isNearlyFull(): boolean {
    return this.slots.usedSlots * 2 > this.slots.slotCount;
  }

  // ---- The swap cache ---------------------------------------------------------------------------------------------------

  /** Slot that frame `pfn` caches; -1: none. */
  slotOf(pfn: Pfn): number {
    return (this.slotOfFrame[pfn >>> layout.FRAME_SECTION_SHIFT]?.[pfn & (this.frames.sectionFrames - 1)] ?? 0) - 1;
  }

  /** Takes a slot for a frame that is in no cache yet, which then has a reference more. False: swap is full. */
  assign(pfn: Pfn): boolean {
    const slot = this.slots.allocate(pfn);
    if (slot < 0) return false;
    this.enterCache(pfn, slot);
    return true;
  }

  /** The frame leaves the swap cache: its reference goes; the slot is free when no entry names it. */
  detach(pfn: Pfn): void {
    const slot = this.slotOf(pfn);
    if (slot < 0) throw new Error(`frame ${String(pfn)} is not in the swap cache`);
    this.leaveCache(pfn);
    this.slots.setCached(slot, -1);
    this.forgetPeek(slot);
  }

  /** As `detach`, for a slot that could not be written: it is not used again. No entry may name it. */
  abandon(pfn: Pfn): void {
    const slot = this.slotOf(pfn);
    if (this.slots.references(slot) !== 0) throw new Error(`slot ${String(slot)} is named and was abandoned`);
    this.leaveCache(pfn);
    this.slots.markBad(slot);
  }

  /** An entry that named the slot is gone; answers the frame that caches it when nobody else can ever want that (-1: none). */
  drop(slot: number): Pfn {
    const pfn = this.slots.cached(slot);
    if (this.slots.dropReference(slot) > 0) return -1;
    this.forgetPeek(slot);
    return pfn >= 0 && this.frames.references(pfn) === 1 ? pfn : -1;
  }

  /** fork copied an entry that names the slot. */
  duplicate(slot: number): void {
    this.slots.addReference(slot);
  }

  // ---- Transfers --------------------------------------------------------------------------------------------------------

  /**
   * Writes the contents of frames that cache neighbouring slots, in order, as one request. Checksums are taken first, so that
   * what comes back can be told from what went out.
   */
  write(pfns: readonly Pfn[]): DeviceStatus {
    const [first] = pfns;
    if (first === undefined) return DeviceStatus.Ok;
    const pages: Uint8Array[] = [];
    let slot = this.slotOf(first);
    const from = slot;
    let bytes = 0;
    for (const pfn of pfns) {
      const seed = this.frames.patternOf(pfn);
      if (seed >= 0) this.slots.setContent(slot, patternChecksum(seed), seed);
      else {
        const address = this.frames.slot(pfn);
        this.slots.setContent(slot, this.checksumOf(address), -1);
        pages.push(this.frames.store.bytes.subarray(address, address + SLOT_BYTES));
        bytes++;
      }
      this.forgetPeek(slot);
      slot++;
    }
    const status = bytes === pfns.length ? this.transfer(from, pages) : this.writePieces(pfns, from);
    const { statistics } = this;
    statistics.writeRequests++;
    if (status === DeviceStatus.Ok) statistics.pagesOut += pfns.length; else statistics.writeErrors++;
    return status;
  }

  /**
   * Reads slot `slot`, and up to `extra` slots after it, into frames; verifies checksums. The first status that is not Ok
   * stands for all.
   */
  read(slot: number, pfns: readonly Pfn[]): DeviceStatus {
    let status = DeviceStatus.Ok;
    let run: Uint8Array[] = [];
    let runFrom = slot;
    const flush = (): void => {
      if (run.length > 0 && status === DeviceStatus.Ok) status = this.device.read(runFrom, run);
      run = [];
    };
    pfns.forEach((pfn, i) => {
      const seed = this.slots.pattern(slot + i);
      if (seed >= 0) { flush(); this.frames.setPattern(pfn, seed); return; }
      if (run.length === 0) runFrom = slot + i;
      if (this.frames.patternOf(pfn) >= 0) this.frames.dropSlot(pfn);
      const address = this.frames.slotToFill(pfn);
      run.push(this.frames.store.bytes.subarray(address, address + SLOT_BYTES));
    });
    flush();
    if (status === DeviceStatus.Ok && !pfns.every((pfn, i) => this.isIntact(pfn, slot + i))) status = DeviceStatus.Altered;
    this.requests++;
    status = this.journal.settle(this.requests, status);
    const { statistics } = this;
    statistics.readRequests++;
    statistics.measuredReadMicroseconds += this.device.lastMicroseconds;
    if (status === DeviceStatus.Ok) statistics.pagesIn += pfns.length; else statistics.readErrors++;
    return status;
  }

  /** The frame, just read, caches the slot from now on; it has a reference more. */
  enterCache(pfn: Pfn, slot: number): void {
    const section = pfn >>> layout.FRAME_SECTION_SHIFT;
    this.slotOfFrame[section] ??= new Uint32Array(this.frames.sectionFrames);
    (this.slotOfFrame[section] as Uint32Array)[pfn & (this.frames.sectionFrames - 1)] = slot + 1;
    this.slots.setCached(slot, pfn);
    this.frames.changeFlags(pfn, FLAG_SWAP_CACHE, 0);
    this.frames.addReference(pfn);
  }

  /**
   * Store address of the content of a slot, for views and the leak scan; 0 when it cannot be read. No side effects in the
   * machine. The page stays until `PEEK_PAGES` others were asked for.
   */
  peek(slot: number): number {
    const pfn = this.slots.cached(slot);
    if (pfn >= 0) return this.frames.slot(pfn);
    const known = this.peekPages.find((page) => page.slot === slot);
    if (known !== undefined) return known.address;
    const { store } = this.frames;
    let page = this.peekPages[this.nextPeek];
    if (page === undefined) {
      const address = store.pool.allocatePage();
      if (address === 0) return 0;
      page = { address, slot: -1 };
      this.peekPages[this.nextPeek] = page;
    }
    this.nextPeek = (this.nextPeek + 1) % PEEK_PAGES;
    page.slot = -1;
    const seed = this.slots.pattern(slot);
    if (seed >= 0) this.frames.showPattern(seed, page.address);
    else {
      const status = this.device.read(slot, [store.bytes.subarray(page.address, page.address + SLOT_BYTES)]);
      if (status !== DeviceStatus.Ok || this.checksumOf(page.address) !== this.slots.checksum(slot)) return 0;
    }
    page.slot = slot;
    return page.address;
  }

  /** True when `content` is what the slot must hold. */
  holds(slot: number, content: Uint8Array): boolean {
    // A page for results of the kernel, which nobody keeps.
    this.frames.store.bytes.set(content, layout.PAGE_HASHES);
    return this.checksumOf(layout.PAGE_HASHES) === this.slots.checksum(slot);
  }

  private isIntact(pfn: Pfn, slot: number): boolean {
    const seed = this.frames.patternOf(pfn);
    const found = seed >= 0 ? patternChecksum(seed) : this.checksumOf(this.frames.slot(pfn));
    return found === this.slots.checksum(slot);
  }

  private transfer(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    this.requests++;
    const status = this.journal.settle(this.requests, this.device.write(slot, pages));
    this.statistics.measuredWriteMicroseconds += this.device.lastMicroseconds;
    return status;
  }

  /** A run with patterns in it: only the pages that are bytes go to the device. */
  private writePieces(pfns: readonly Pfn[], from: number): DeviceStatus {
    let status = DeviceStatus.Ok;
    pfns.forEach((pfn, i) => {
      if (status !== DeviceStatus.Ok || this.frames.patternOf(pfn) >= 0) return;
      const address = this.frames.slot(pfn);
      status = this.transfer(from + i, [this.frames.store.bytes.subarray(address, address + SLOT_BYTES)]);
    });
    return status;
  }

  private leaveCache(pfn: Pfn): void {
    const section = this.slotOfFrame[pfn >>> layout.FRAME_SECTION_SHIFT];
    if (section !== undefined) section[pfn & (this.frames.sectionFrames - 1)] = 0;
    this.frames.changeFlags(pfn, 0, FLAG_SWAP_CACHE | FLAG_READ_AHEAD);
    this.frames.dropReference(pfn);
  }

  private forgetPeek(slot: number): void {
    for (const page of this.peekPages) if (page.slot === slot) page.slot = -1;
  }
}
