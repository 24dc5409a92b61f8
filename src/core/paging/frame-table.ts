/**
 * Frame descriptors: one of 32 bytes per guest frame (layout FD_* in kernel/memory-layout.ts), in sections of 32,768
 * frames that get store memory when one of their frames is first used. The kernel reads FD_SLOT during walks.
 *
 * FD_FLAGS of a frame:
 *
 *   | bits | meaning                                                   |
 *   |------|-----------------------------------------------------------|
 *   | 0–3  | `FrameKind`                                               |
 *   | 4–7  | order of the free block that begins here (with bit 8)     |
 *   | 8    | first frame of a free block in the buddy allocator        |
 *   | 9    | pinned: never given back (kernel, zero page)              |
 *   | 10   | on an active list                                         |
 *   | 11   | referenced once already (software, reclaim)               |
 *   | 12   | dirty: content not in its file or slot yet                |
 *   | 13   | in the swap cache                                         |
 *   | 14   | first frame of a huge page                                |
 *   | 15   | another frame of a huge page                              |
 *   | 16   | under write-back                                          |
 *   | 18   | on an LRU list: FD_NEXT, FD_PREVIOUS are its links        |
 *   | 19–26| age (aging policy)                                        |
 *   | 27   | was part of a working set when it was evicted last        |
 *   | 28   | read ahead and not used yet                               |
 *
 * FD_SLOT says where the content is:
 *
 *   0           zeros, nobody has written there
 *   even        pool address of 4,096 bytes
 *   odd         a pattern: seed = value >>> 1, the bytes are what pattern.ts makes of it (light workload processes, whose
 *               pages nobody reads byte by byte); seed 0 is a page of zeros
 *
 * FD_OWNER is the key of the process that the frame was allocated for (0: the kernel, several for page-cache frames);
 * FD_EXTRA the virtual page number of its first mapping (reverse map), or the page-cache entry of a file frame.
 */
import * as layout from '../kernel/memory-layout';
import type { Store } from '../store/store';
import { PAGE_BYTES } from '../store/store';
import { fillPattern } from './pattern';
import type { Pfn } from './units';

export const enum FrameKind { Free, Kernel, PageTable, Anonymous, File, Zero }

export const FLAG_FREE_HEAD = 1 << 8;
export const FLAG_PINNED = 1 << 9;
export const FLAG_ACTIVE = 1 << 10;
export const FLAG_REFERENCED = 1 << 11;
export const FLAG_DIRTY = 1 << 12;
export const FLAG_SWAP_CACHE = 1 << 13;
export const FLAG_HUGE_HEAD = 1 << 14;
export const FLAG_HUGE_TAIL = 1 << 15;
export const FLAG_WRITE_BACK = 1 << 16;
export const FLAG_LRU = 1 << 18;
export const AGE_SHIFT = 19;
export const FLAG_AGE = 0xff << AGE_SHIFT;
export const FLAG_WORKING_SET = 1 << 27;
export const FLAG_READ_AHEAD = 1 << 28;
/** Number of FrameKinds. */
export const FRAME_KINDS = 6;
/** Frames of one block of the sums that maps of much memory are drawn from. */
export const BLOCK_FRAMES = 512;
const SECTION_FRAMES = 1 << layout.FRAME_SECTION_SHIFT;
const SECTION_BYTES = SECTION_FRAMES * layout.FRAME_BYTES;
/** Scratch pages in which patterns are shown, used in turn. */
const SCRATCH_PAGES = 8;

/** Thrown where the store has no page left for the machine's own tables or a slot; the machine ends with limit "store". */
export class StoreExhausted extends Error {
  constructor() {
    super('the simulator\'s store is full');
    this.name = 'StoreExhausted';
  }
}

export class FrameTable {
  /** Frames of each kind, all RAM together. */
  readonly kindTotals = new Float64Array(FRAME_KINDS);
  /** Frames of each kind by block of BLOCK_FRAMES: block · FRAME_KINDS + kind. Free ones are not counted. */
  readonly blockKinds: Uint16Array;
  private readonly directory: number;
  private readonly scratch: number[] = [];
  private nextScratch = 0;

  constructor(readonly store: Store, readonly frameCount: number) {
    const sections = Math.ceil(frameCount / SECTION_FRAMES);
    this.directory = store.pool.allocateRun(Math.max(1, Math.ceil((sections * 4) / PAGE_BYTES)));
    if (this.directory === 0) throw new StoreExhausted();
    store.write32(layout.ST_FRAME_SECTIONS, this.directory);
    this.kindTotals[FrameKind.Free] = frameCount;
    this.blockKinds = new Uint16Array(Math.ceil(frameCount / BLOCK_FRAMES) * FRAME_KINDS);
  }

  /** Store address of a frame's descriptor; makes its section when it is the first of it. */
  descriptor(pfn: Pfn): number {
    if (pfn < 0 || pfn >= this.frameCount) throw new Error(`frame ${String(pfn)} of ${String(this.frameCount)}`);
    const entry = (this.directory >>> 2) + (pfn >>> layout.FRAME_SECTION_SHIFT);
    let section = this.store.words[entry] ?? 0;
    if (section === 0) {
      section = this.store.pool.allocateRun(SECTION_BYTES / PAGE_BYTES);
      if (section === 0) throw new StoreExhausted();
      this.store.words[entry] = section;
    }
    return section + (pfn & (SECTION_FRAMES - 1)) * layout.FRAME_BYTES;
  }

  /** False where no frame of the section was ever used: every frame there is free and its content zero. */
  hasSection(pfn: Pfn): boolean {
    return this.store.words[(this.directory >>> 2) + (pfn >>> layout.FRAME_SECTION_SHIFT)] !== 0;
  }

  get sectionFrames(): number {
    return SECTION_FRAMES;
  }

  field(pfn: Pfn, offset: number): number {
    return this.store.words[(this.descriptor(pfn) + offset) >>> 2] ?? 0;
  }

  setField(pfn: Pfn, offset: number, value: number): void {
    this.store.words[(this.descriptor(pfn) + offset) >>> 2] = value;
  }

  kind(pfn: Pfn): FrameKind {
    return this.hasSection(pfn) ? this.field(pfn, layout.FD_FLAGS) & 15 : FrameKind.Free;
  }

  /**
   * Store address of the frame's content; gives it a slot of zeros when it has none yet. A pattern is written to a scratch
   * page, to be read at once: the eighth call after it uses that page again, and writing there changes nothing.
   */
  slot(pfn: Pfn): number {
    const index = (this.descriptor(pfn) + layout.FD_SLOT) >>> 2;
    let slot = this.store.words[index] ?? 0;
    if ((slot & 1) !== 0) return this.show(slot >>> 1);
    if (slot === 0) {
      slot = this.store.pool.allocatePage();
      if (slot === 0) throw new StoreExhausted();
      this.store.words[index] = slot;
    }
    return slot;
  }

  /** As `slot`, for a frame without one whose content is written whole at once. */
  slotToFill(pfn: Pfn): number {
    const index = (this.descriptor(pfn) + layout.FD_SLOT) >>> 2;
    if (this.store.words[index] !== 0) return this.slot(pfn);
    const slot = this.store.pool.allocateUncleared();
    if (slot === 0) throw new StoreExhausted();
    this.store.words[index] = slot;
    return slot;
  }

  /** Gives the slot back: the content becomes zero. */
  dropSlot(pfn: Pfn): void {
    const slot = this.field(pfn, layout.FD_SLOT);
    if (slot === 0) return;
    if ((slot & 1) === 0) this.store.pool.freePage(slot);
    this.setField(pfn, layout.FD_SLOT, 0);
  }

  /** Seed of the pattern that is the frame's content (31 bits); -1: the content is bytes of its own. */
  patternOf(pfn: Pfn): number {
    const slot = this.field(pfn, layout.FD_SLOT);
    return (slot & 1) === 0 ? -1 : slot >>> 1;
  }

  /** The frame's content becomes the pattern of `seed` (31 bits); a slot that it had goes back to the store. */
  setPattern(pfn: Pfn, seed: number): void {
    this.dropSlot(pfn);
    this.setField(pfn, layout.FD_SLOT, ((seed << 1) | 1) >>> 0);
  }

  /** Makes the content of frame `to` a copy of that of `from`. A pattern's copy is a pattern. */
  copyContent(to: Pfn, from: Pfn): void {
    const source = this.field(from, layout.FD_SLOT);
    if ((source & 1) !== 0) {
      this.setPattern(to, source >>> 1);
      return;
    }
    if (this.patternOf(to) >= 0) this.dropSlot(to);
    const target = this.slot(to);
    if (source === 0) this.store.bytes.fill(0, target, target + PAGE_BYTES);
    else this.store.bytes.copyWithin(target, source, source + PAGE_BYTES);
  }

  /** The content of frame `from` becomes that of `to`, whose own goes; `from` is a frame of zeros afterwards. Nothing is copied. */
  moveContent(to: Pfn, from: Pfn): void {
    this.dropSlot(to);
    this.setField(to, layout.FD_SLOT, this.field(from, layout.FD_SLOT));
    this.setField(from, layout.FD_SLOT, 0);
  }

  /** Writes the pattern of `seed` to a page of the store. */
  showPattern(seed: number, address: number): void {
    fillPattern(this.store.words, address, seed);
  }

  private show(seed: number): number {
    let page = this.scratch[this.nextScratch] ?? 0;
    if (page === 0) {
      page = this.store.pool.allocatePage();
      if (page === 0) throw new StoreExhausted();
      this.scratch[this.nextScratch] = page;
    }
    this.nextScratch = (this.nextScratch + 1) % SCRATCH_PAGES;
    fillPattern(this.store.words, page, seed);
    return page;
  }

  /** Sets FD_FLAGS as a whole. The kind of a frame changes in no other way, so that the sums stay true. */
  setFlags(pfn: Pfn, flags: number): void {
    const index = (this.descriptor(pfn) + layout.FD_FLAGS) >>> 2;
    const before = (this.store.words[index] ?? 0) & 15;
    const after = flags & 15;
    this.store.words[index] = flags;
    if (before === after) return;
    const at = Math.floor(pfn / BLOCK_FRAMES) * FRAME_KINDS;
    this.kindTotals[before] = (this.kindTotals[before] as number) - 1;
    this.kindTotals[after] = (this.kindTotals[after] as number) + 1;
    if (before !== FrameKind.Free) this.blockKinds[at + before] = (this.blockKinds[at + before] as number) - 1;
    if (after !== FrameKind.Free) this.blockKinds[at + after] = (this.blockKinds[at + after] as number) + 1;
  }

  /** Sets the bits of `set` and clears those of `clear` in FD_FLAGS. */
  changeFlags(pfn: Pfn, set: number, clear: number): void {
    const index = (this.descriptor(pfn) + layout.FD_FLAGS) >>> 2;
    this.store.words[index] = ((this.store.words[index] ?? 0) & ~clear) | set;
  }

  references(pfn: Pfn): number {
    return this.field(pfn, layout.FD_REFERENCES);
  }

  addReference(pfn: Pfn): void {
    this.setField(pfn, layout.FD_REFERENCES, this.references(pfn) + 1);
  }

  /** One reference fewer; answers how many are left. */
  dropReference(pfn: Pfn): number {
    const left = this.references(pfn) - 1;
    if (left < 0) throw new Error(`frame ${String(pfn)}: a reference too many was dropped`);
    this.setField(pfn, layout.FD_REFERENCES, left);
    return left;
  }

  extra(pfn: Pfn): number {
    return this.store.readCount(this.descriptor(pfn) + layout.FD_EXTRA);
  }

  setExtra(pfn: Pfn, value: number): void {
    this.store.writeCount(this.descriptor(pfn) + layout.FD_EXTRA, value);
  }
}
