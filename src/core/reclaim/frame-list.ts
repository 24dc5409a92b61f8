/**
 * A doubly linked list of frames through their descriptors (FD_NEXT toward the tail, FD_PREVIOUS toward the head, as
 * pfn + 1). A frame is on at most one list; FLAG_LRU says that it is on one. All operations cost O(1) and allocate nothing.
 */
import * as layout from '../kernel/memory-layout';
import { FLAG_LRU } from '../paging/frame-table';
import type { FrameTable } from '../paging/frame-table';
import type { Pfn } from '../paging/units';

const NEXT = layout.FD_NEXT >>> 2;
const PREVIOUS = layout.FD_PREVIOUS >>> 2;
const FLAGS = layout.FD_FLAGS >>> 2;

export class FrameList {
  private first = 0;
  private last = 0;
  private count = 0;

  constructor(private readonly frames: FrameTable) {}

  get size(): number {
    return this.count;
  }
  /** -1: the list is empty. */
  get head(): Pfn {
    return this.first - 1;
  }
  get tail(): Pfn {
    return this.last - 1;
  }

  addHead(pfn: Pfn): void {
    const { words } = this.frames.store;
    const at = this.frames.descriptor(pfn) >>> 2;
    words[at + FLAGS] = (words[at + FLAGS] as number) | FLAG_LRU;
    words[at + NEXT] = this.first;
    words[at + PREVIOUS] = 0;
    if (this.first !== 0) words[(this.frames.descriptor(this.first - 1) >>> 2) + PREVIOUS] = pfn + 1; else this.last = pfn + 1;
    this.first = pfn + 1;
    this.count++;
  }

  addTail(pfn: Pfn): void {
    const { words } = this.frames.store;
    const at = this.frames.descriptor(pfn) >>> 2;
    words[at + FLAGS] = (words[at + FLAGS] as number) | FLAG_LRU;
    words[at + NEXT] = 0;
    words[at + PREVIOUS] = this.last;
    if (this.last !== 0) words[(this.frames.descriptor(this.last - 1) >>> 2) + NEXT] = pfn + 1; else this.first = pfn + 1;
    this.last = pfn + 1;
    this.count++;
  }

  /** Takes a frame of this list out. */
  remove(pfn: Pfn): void {
    const { words } = this.frames.store;
    const at = this.frames.descriptor(pfn) >>> 2;
    const next = words[at + NEXT] as number;
    const previous = words[at + PREVIOUS] as number;
    if (next !== 0) words[(this.frames.descriptor(next - 1) >>> 2) + PREVIOUS] = previous; else this.last = previous;
    if (previous !== 0) words[(this.frames.descriptor(previous - 1) >>> 2) + NEXT] = next; else this.first = next;
    words[at + NEXT] = 0;
    words[at + PREVIOUS] = 0;
    words[at + FLAGS] = (words[at + FLAGS] as number) & ~FLAG_LRU;
    this.count--;
  }

  /** The frame nearer to the head; -1 at the head. */
  before(pfn: Pfn): Pfn {
    return (this.frames.store.words[(this.frames.descriptor(pfn) >>> 2) + PREVIOUS] as number) - 1;
  }

  /** Frames from tail to head: in the order in which they would leave. */
  *fromTail(): Generator<Pfn> {
    for (let pfn = this.tail; pfn >= 0; pfn = this.before(pfn)) yield pfn;
  }
}
