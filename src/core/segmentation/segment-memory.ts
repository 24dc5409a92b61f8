/**
 * Physical memory under pure segmentation: which frames each segment has. One per machine, shared by all processes.
 *
 * Placement is placement.ts in units of a frame; this file makes it true in the frames: they are marked as used, contents move
 * with their segment, descriptors get their new base, moves are charged and logged.
 */
import { EventKind } from '../events/event-log';
import * as layout from '../kernel/memory-layout';
import { RESERVED_FRAMES } from '../paging/buddy';
import { FrameKind } from '../paging/frame-table';
import type { PagingSystem } from '../paging/paging-system';
import { Placement } from './placement';
import type { Fit, Placed } from './placement';
import { moveContent } from './segment-content';
import { PAGES_PER_SEGMENT, selectorOf } from './segment-table';
import type { SegmentRecord } from './segment-table';
import type { SegmentedSpace } from './segmented-space';

/** Frames below 16 MiB. */
const DMA_FRAMES = 4096;
/** A frame is copied 8 bytes at a time: 512 loads and as many stores of a cycle each. */
export const MOVE_CYCLES_PER_FRAME = 1024;

/** What the machine does for a move: time passes, an event is written. */
export interface MoveObserver {
  /** `kind` Compaction. `from`, `to`: first frames; -1, -1: memory was compacted, `frames` moved in all. */
  moved(kind: EventKind, frames: number, from: number, to: number): void;
}

export class SegmentMemory {
  readonly placement: Placement;
  readonly spaces = new Set<SegmentedSpace>();
  /** Totals since the machine began. */
  movedFrames = 0;
  compactions = 0;

  constructor(private readonly system: PagingSystem, fit: Fit, private readonly observer: MoveObserver) {
    // An eighth of a small memory, the zone below 16 MiB of a large one, stays with the system for files in the page cache.
    const { frames, buddy } = system;
    const kept = Math.min(DMA_FRAMES, RESERVED_FRAMES + Math.floor((frames.frameCount - RESERVED_FRAMES) / 8));
    buddy.handOver(kept);
    const first = Math.max(kept, system.zeroPfn + 1);
    this.placement = new Placement(first, frames.frameCount - first, fit);
  }

  /** A segment of `pages` fits, if need be after compaction. */
  hasRoom(pages: number): boolean {
    return this.placement.numbers().free >= pages;
  }

  place(space: SegmentedSpace, segment: SegmentRecord): void {
    const placed = this.find(segment.endPage - segment.firstPage);
    segment.placed = placed.id;
    segment.address = placed.start * 4096;
    this.take(space, placed.start, placed.size, pageOf(segment, segment.firstPage));
  }

  canGrow(segment: SegmentRecord, pages: number): boolean {
    return this.placement.roomAbove(segment.placed) >= pages || this.hasRoom(pages);
  }

  /** Extends a segment upward: where it lies, or in a larger hole, or after compaction. */
  grow(space: SegmentedSpace, segment: SegmentRecord, pages: number): void {
    if (this.placement.roomAbove(segment.placed) < pages) this.makeRoom(space, segment, pages);
    if (this.placement.roomAbove(segment.placed) < pages) throw new Error('a segment grows beyond memory');
    this.placement.growUp(segment.placed, pages);
    this.take(space, segment.address / 4096 + segment.endPage - segment.firstPage, pages, pageOf(segment, segment.endPage));
    segment.endPage += pages;
    space.segments.write(segment);
  }

  /** Extends an expand-down segment downward; false: no memory. */
  growDown(space: SegmentedSpace, segment: SegmentRecord, pages: number): boolean {
    if (this.placement.roomBelow(segment.placed) < pages) {
      if (!this.hasRoom(pages)) return false;
      const size = segment.endPage - segment.firstPage;
      const whole = this.placement.place(size + pages);
      if (whole === null) {
        this.compact();
        this.openGap(segment, pages);
      } else {
        this.placement.free(whole.id);
        this.moveTo(space, segment, whole.start + pages);
      }
    }
    if (this.placement.roomBelow(segment.placed) < pages) return false;
    this.placement.growDown(segment.placed, pages);
    segment.firstPage -= pages;
    segment.address -= pages * 4096;
    this.take(space, segment.address / 4096, pages, pageOf(segment, segment.firstPage));
    space.segments.write(segment);
    return true;
  }

  shrink(space: SegmentedSpace, segment: SegmentRecord, pages: number): void {
    segment.endPage -= pages;
    this.give(space, segment.address / 4096 + segment.endPage - segment.firstPage, pages);
    this.placement.shrinkUp(segment.placed, pages);
    space.segments.write(segment);
  }

  release(space: SegmentedSpace, segment: SegmentRecord): void {
    this.give(space, segment.address / 4096, segment.endPage - segment.firstPage);
    this.placement.free(segment.placed);
  }

  /** Slides all segments down. Frames moved. */
  compact(): number {
    const owners = this.owners();
    let frames = 0;
    for (const { id, from, to, size } of this.placement.compact()) {
      const owner = owners.get(id);
      if (owner === undefined) throw new Error(`segment ${String(id)} belongs to nobody`);
      this.moveFrames(owner.space, from, to, size);
      owner.segment.address = to * 4096;
      owner.space.segments.write(owner.segment);
      frames += size;
    }
    this.compactions++;
    this.charge(frames, -1, -1);
    return frames;
  }

  /** What lies in memory: by whom and which segment. */
  owners(): ReadonlyMap<number, { readonly space: SegmentedSpace; readonly segment: SegmentRecord }> {
    const owners = new Map<number, { readonly space: SegmentedSpace; readonly segment: SegmentRecord }>();
    for (const space of this.spaces) for (const segment of space.segments.records.values()) owners.set(segment.placed, { space, segment });
    return owners;
  }

  private find(pages: number): Placed {
    const placed = this.placement.place(pages);
    if (placed !== null) return placed;
    this.compact();
    const after = this.placement.place(pages);
    if (after === null) throw new Error('a segment is larger than the free memory');
    return after;
  }

  /** Room behind a segment: it moves to a larger hole, or all move. */
  private makeRoom(space: SegmentedSpace, segment: SegmentRecord, pages: number): void {
    const size = segment.endPage - segment.firstPage;
    const whole = this.placement.place(size + pages);
    if (whole !== null) {
      this.placement.free(whole.id);
      this.moveTo(space, segment, whole.start);
      return;
    }
    this.compact();
    this.openGap(segment, pages);
  }

  /** After compaction all free memory is at the end: the segments above (for a downward one: it too) move up by `pages`. */
  private openGap(segment: SegmentRecord, pages: number): void {
    const owners = this.owners();
    let moved = 0;
    const above = this.placement.segments().filter(({ start }) => start > segment.address / 4096 || (segment.down && start === segment.address / 4096));
    for (const placed of [...above].reverse()) {
      const owner = owners.get(placed.id);
      if (owner === undefined) throw new Error(`segment ${String(placed.id)} belongs to nobody`);
      this.moveFrames(owner.space, placed.start, placed.start + pages, placed.size);
      placed.start += pages;
      owner.segment.address = placed.start * 4096;
      owner.space.segments.write(owner.segment);
      moved += placed.size;
    }
    if (moved > 0) this.charge(moved, segment.address / 4096, segment.address / 4096);
  }

  private moveTo(space: SegmentedSpace, segment: SegmentRecord, to: number): void {
    const from = segment.address / 4096;
    const size = segment.endPage - segment.firstPage;
    this.placement.free(segment.placed);
    const placed = this.placement.insert(to, size);
    this.moveFrames(space, from, to, size);
    segment.placed = placed.id;
    segment.address = to * 4096;
    space.segments.write(segment);
    this.charge(size, from, to);
  }

  /** Frame by frame, from the end that the direction of the move leaves free. */
  private moveFrames(space: SegmentedSpace, from: number, to: number, size: number): void {
    for (let i = 0; i < size; i++) {
      const k = to < from ? i : size - 1 - i;
      this.take(space, to + k, 1, this.system.frames.extra(from + k));
      moveContent(this.system.frames, from + k, to + k);
      this.give(space, from + k, 1);
    }
  }

  private charge(frames: number, from: number, to: number): void {
    this.movedFrames += frames;
    this.observer.moved(EventKind.Compaction, frames, from, to);
  }

  /** Frames become the pages from `vpn` on of a space. */
  private take(space: SegmentedSpace, first: number, count: number, vpn: number): void {
    const { frames } = this.system;
    space.residentPages += count;
    for (let pfn = first; pfn < first + count; pfn++) {
      frames.setFlags(pfn, FrameKind.Anonymous);
      frames.setField(pfn, layout.FD_REFERENCES, 1);
      frames.setField(pfn, layout.FD_OWNER, space.processKey);
      frames.setExtra(pfn, vpn + pfn - first);
    }
  }

  private give(space: SegmentedSpace, first: number, count: number): void {
    const { frames } = this.system;
    space.residentPages -= count;
    for (let pfn = first; pfn < first + count; pfn++) {
      frames.dropSlot(pfn);
      frames.setFlags(pfn, 0);
      frames.setField(pfn, layout.FD_REFERENCES, 0);
      frames.setField(pfn, layout.FD_OWNER, 0);
    }
  }
}

/** Page number, as pointers have it, of a page of a segment. */
function pageOf(segment: SegmentRecord, page: number): number {
  return selectorOf(segment.index) * PAGES_PER_SEGMENT + page;
}
