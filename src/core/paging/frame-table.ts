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
 *
 * FD_OWNER is the key of the process that the frame was allocated for (0: the kernel, several for page-cache frames);
 * FD_EXTRA the virtual page number of its first mapping (reverse map), or the page-cache entry of a file frame.
 */
import * as layout from '../kernel/memory-layout';
import type { Store } from '../store/store';
import { PAGE_BYTES } from '../store/store';
import type { Pfn } from './units';

export const enum FrameKind { Free, Kernel, PageTable, Anonymous, File, Zero }

export const FLAG_FREE_HEAD = 1 << 8;
export const FLAG_PINNED = 1 << 9;
const SECTION_FRAMES = 1 << layout.FRAME_SECTION_SHIFT;
const SECTION_BYTES = SECTION_FRAMES * layout.FRAME_BYTES;

/** Thrown where the store has no page left for the machine's own tables or a slot; the machine ends with limit "store". */
export class StoreExhausted extends Error {
  constructor() {
    super('the simulator\'s store is full');
    this.name = 'StoreExhausted';
  }
}

export class FrameTable {
  private readonly directory: number;

  constructor(readonly store: Store, readonly frameCount: number) {
    const sections = Math.ceil(frameCount / SECTION_FRAMES);
    this.directory = store.pool.allocateRun(Math.max(1, Math.ceil((sections * 4) / PAGE_BYTES)));
    if (this.directory === 0) throw new StoreExhausted();
    store.write32(layout.ST_FRAME_SECTIONS, this.directory);
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

  /** Store address of the frame's content; gives it a slot of zeros when it has none yet. */
  slot(pfn: Pfn): number {
    const index = (this.descriptor(pfn) + layout.FD_SLOT) >>> 2;
    let slot = this.store.words[index] ?? 0;
    if (slot === 0) {
      slot = this.store.pool.allocatePage();
      if (slot === 0) throw new StoreExhausted();
      this.store.words[index] = slot;
    }
    return slot;
  }

  /** Gives the slot back: the content becomes zero. */
  dropSlot(pfn: Pfn): void {
    const slot = this.field(pfn, layout.FD_SLOT);
    if (slot === 0) return;
    this.store.pool.freePage(slot);
    this.setField(pfn, layout.FD_SLOT, 0);
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
