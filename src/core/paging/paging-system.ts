/**
 * What all address spaces of a machine share: frames, buddy allocator, page cache, the zero page, the constant shadow
 * pages, and the way to the kernel's translation caches.
 */
import * as layout from '../kernel/memory-layout';
import type { Store } from '../store/store';
import { Asids } from './asids';
import { BuddyAllocator } from './buddy';
import { HugePages } from './huge-pages';
import { FLAG_PINNED, FrameKind, FrameTable } from './frame-table';
import { PageCache } from './page-cache';
import { WriteBack } from './write-back';
import { makeConstantShadows } from './shadow-directory';
import type { AddressSpace, Family } from './address-space';
import type { Pfn } from './units';

/** The kernel's exports that keep TLBs and fast tables true. */
export interface TranslationCaches {
  invalidatePage(low: number, high: number): void;
  invalidateAsid(asid: number): void;
  invalidateAll(): void;
  clearFast(): void;
}

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

  constructor(readonly store: Store, frameCount: number, readonly levels: 4 | 5, readonly caches: TranslationCaches) {
    this.frames = new FrameTable(store, frameCount);
    this.buddy = new BuddyAllocator(this.frames);
    this.pageCache = new PageCache(this.frames, this.buddy, (owner) => this.allocateFrame(FrameKind.File, owner));
    this.writeBack = new WriteBack(this.pageCache);
    this.huge = new HugePages(this);
    this.zeroPfn = this.buddy.allocate(0, FrameKind.Zero, 0);
    if (this.zeroPfn < 0) throw new Error('a machine needs more frames than the reserved ones');
    this.frames.setField(this.zeroPfn, layout.FD_FLAGS, FrameKind.Zero | FLAG_PINNED);
    this.frames.slot(this.zeroPfn);
    this.asids = new Asids(caches);
    this.constantShadows = makeConstantShadows(store);
  }

  /** A frame for `owner`, taken from unused page-cache frames when nothing else is free; -1: out of memory. */
  allocateFrame(kind: FrameKind, owner: number): Pfn {
    const pfn = this.buddy.allocate(0, kind, owner);
    if (pfn >= 0 || this.pageCache.shrink() === 0) return pfn;
    return this.buddy.allocate(0, kind, owner);
  }

  /** One reference to a frame fewer; the last one gives it back. */
  releaseFrame(pfn: Pfn): void {
    if (this.frames.dropReference(pfn) === 0) {
      this.frames.addReference(pfn);
      this.buddy.free(pfn, 0);
    }
  }
}
