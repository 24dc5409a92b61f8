/**
 * What all address spaces of a machine share: frames, buddy allocator, page cache, the zero page, the constant shadow
 * pages, and the way to the kernel's translation caches.
 */
import * as layout from '../kernel/memory-layout';
import type { Store } from '../store/store';
import { Asids } from './asids';
import { BuddyAllocator, RESERVED_FRAMES } from './buddy';
import { HugePages } from './huge-pages';
import { FLAG_PINNED, FLAG_SWAP_CACHE, FrameKind, FrameTable } from './frame-table';
import { PageCache } from './page-cache';
import { WriteBack } from './write-back';
import { makeConstantShadows } from './shadow-directory';
import { CommitAccount } from '../reclaim/commit';
import { ownClock, SILENT } from '../reclaim/observer';
import type { PressureClock, PressureObserver } from '../reclaim/observer';
import { Reclaimer } from '../reclaim/reclaimer';
import { SwapArea } from '../swap/swap-area';
import type { SwapDevice } from '../swap/swap-device';
import { SwapIn } from '../swap/swap-in';
import { DEFAULT_MACHINE } from '../../shared/config';
import type { MemoryConfig, SwapConfig } from '../../shared/config';
import type { AddressSpace, Family } from './address-space';
import type { Pfn } from './units';

/** The kernel's exports that keep TLBs and fast tables true. */
export interface TranslationCaches {
  invalidatePage(low: number, high: number): void;
  invalidateAsid(asid: number): void;
  invalidateAll(): void;
  clearFast(): void;
  /** Checksum of a page of the store; absent: paging without a kernel makes its own. */
  checksum?(address: number): number;
}

/** What a machine's memory management is made of, beyond its frames. */
export interface PressureOptions {
  readonly memory: MemoryConfig;
  readonly swap: SwapConfig;
  /** Where swapped pages go; null: host memory. */
  readonly device: SwapDevice | null;
  readonly seed: number;
}

const DEFAULT_PRESSURE: PressureOptions = { memory: DEFAULT_MACHINE.memory, swap: DEFAULT_MACHINE.swap, device: null, seed: DEFAULT_MACHINE.seed };
/** Turns of direct reclaim that one allocation tries. */
const ALLOCATION_TURNS = 16;

export class PagingSystem {
  readonly frames: FrameTable;
  readonly buddy: BuddyAllocator;
  readonly pageCache: PageCache;
  readonly huge: HugePages;
  readonly writeBack: WriteBack;
  /** The one frame of zeros that reads of untouched anonymous memory show. */
  readonly zeroPfn: Pfn;
  readonly constantShadows: readonly [number, number, number];
  /** Address spaces that live, by process key. */
  readonly spaces: (AddressSpace | undefined)[] = [];
  /** Family by process key, kept when the process is gone: its frames may live on in its children. */
  readonly families: (Family | undefined)[] = [];
  readonly asids: Asids;
  readonly swap: SwapArea;
  readonly swapIn: SwapIn;
  readonly reclaim: Reclaimer;
  readonly commit: CommitAccount;
  /** The machine puts its own in place. */
  observer: PressureObserver = SILENT;
  clock: PressureClock = ownClock();

  constructor(readonly store: Store, frameCount: number, readonly levels: 4 | 5, readonly caches: TranslationCaches, pressure: PressureOptions = DEFAULT_PRESSURE) {
    this.frames = new FrameTable(store, frameCount);
    this.buddy = new BuddyAllocator(this.frames);
    if (pressure.memory.kernelTables) this.buddy.keepTablesApart();
    this.pageCache = new PageCache(this.frames, this.buddy, (owner) => this.allocateFrame(FrameKind.File, owner));
    this.writeBack = new WriteBack(this.pageCache);
    this.swap = new SwapArea(this.frames, pressure.swap, pressure.device ?? undefined, caches.checksum);
    this.swapIn = new SwapIn(this);
    this.reclaim = new Reclaimer(this, pressure.memory, pressure.seed);
    this.commit = new CommitAccount(this);
    this.pageCache.listener = this.reclaim;
    this.huge = new HugePages(this);
    this.zeroPfn = this.buddy.allocate(0, FrameKind.Zero, 0);
    if (this.zeroPfn < 0) throw new Error('a machine needs more frames than the reserved ones');
    this.frames.setFlags(this.zeroPfn, FrameKind.Zero | FLAG_PINNED);
    this.frames.slot(this.zeroPfn);
    this.asids = new Asids(caches);
    this.constantShadows = makeConstantShadows(store);
  }

  /** Frames of RAM that are not the firmware's or the kernel's own. */
  get managedFrames(): number {
    return Math.max(1, this.frames.frameCount - RESERVED_FRAMES - this.buddy.takenAway);
  }

  /** So many frames are free that pages may be read which nobody asked for yet. */
  get isPlenty(): boolean {
    return this.buddy.freeFrames > this.reclaim.marks.high;
  }

  /**
   * A frame of kind Anonymous or File for `owner`; other pages leave RAM for it when need be. -1: out of memory. An anonymous
   * frame can be evicted as soon as it is mapped; a frame with references that nobody knows stays.
   */
  allocateFrame(kind: FrameKind, owner: number): Pfn {
    let pfn = -1;
    if (this.reclaim.mayTake()) pfn = this.buddy.allocate(0, kind, owner);
    for (let turn = 0; pfn < 0 && turn < ALLOCATION_TURNS; turn++) {
      if (this.reclaim.direct() === 0) break;
      if (this.reclaim.mayTake()) pfn = this.buddy.allocate(0, kind, owner);
    }
    if (pfn >= 0 && kind === FrameKind.Anonymous) this.reclaim.added(pfn);
    return pfn;
  }

  /** Frees some frame because a page table needs one and none is left; false: nothing can go. */
  makeRoom(): boolean {
    return this.reclaim.direct() > 0;
  }

  /** One reference to a frame fewer; the last one gives it back, and so does the last but the swap cache's when nobody can want its slot. */
  releaseFrame(pfn: Pfn): void {
    const left = this.frames.dropReference(pfn);
    if (left === 0) {
      this.frames.addReference(pfn);
      this.reclaim.removed(pfn);
      this.buddy.free(pfn, 0);
    } else if (left === 1 && (this.frames.field(pfn, layout.FD_FLAGS) & FLAG_SWAP_CACHE) !== 0 && this.swap.slots.references(this.swap.slotOf(pfn)) === 0) {
      this.freeCached(pfn);
    }
  }

  /** Gives back a frame that only the swap cache holds, whose slot nobody wants. */
  freeCached(pfn: Pfn): void {
    this.frames.addReference(pfn);
    this.swap.detach(pfn);
    this.reclaim.removed(pfn);
    this.buddy.free(pfn, 0);
  }

  /** Swap slots in use. */
  get usedSlots(): number {
    return this.swap.slots.usedSlots;
  }

  /** fork copied an entry that names a slot. */
  duplicateSlot(slot: number): void {
    this.swap.duplicate(slot);
  }

  /** Whether only one mapping shows a frame and no other can come to: a write needs no copy. */
  isExclusive(pfn: Pfn): boolean {
    const references = this.frames.references(pfn);
    if (references === 1) return true;
    return references === 2 && (this.frames.field(pfn, layout.FD_FLAGS) & FLAG_SWAP_CACHE) !== 0 && this.swap.slots.references(this.swap.slotOf(pfn)) === 0;
  }
}
