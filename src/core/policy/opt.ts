/**
 * OPT, also called MIN (L. A. Belady, A study of replacement algorithms for a virtual-storage computer, 1966): the victim is the page whose
 * next reference lies furthest ahead. It needs the whole trace, so it is a bound and not a policy that a kernel
 * could have. Among pages that are never referenced again, the one that was loaded first leaves (any would do: the
 * number of faults is the same).
 *
 * Method. One pass backwards gives each reference the index of the next one to the same page. A max-heap holds these
 * indices for the resident pages; the page is found back from the index, because the trace says who is referenced
 * there. A key becomes stale when its moment has passed, and stale keys are smaller than all others, so the top of the heap
 * is never stale; they are swept out when the heap is full. A page never referenced again has the key 2n - (index
 * of the reference that loaded it), which is larger than every index.
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import type { ReferenceTrace } from './trace';

/** No later reference. */
export const NEVER = 0xffff_ffff;

const known = new WeakMap<ReferenceTrace, Uint32Array>();

/** Per reference: the index of the next reference to the same page, or NEVER. Computed once a trace. */
export function nextReferences(trace: ReferenceTrace): Uint32Array {
  let next = known.get(trace);
  if (next === undefined) {
    const { references } = trace;
    const ahead = new Uint32Array(trace.pageCount).fill(NEVER);
    next = new Uint32Array(references.length);
    for (let i = references.length - 1; i >= 0; i--) {
      const page = references[i] >>> 1;
      next[i] = ahead[page];
      ahead[page] = i;
    }
    known.set(trace, next);
  }
  return next;
}

export class Opt extends ReplacementPolicy {
  private readonly next: Uint32Array;
  private heap: Uint32Array;
  private heapSize = 0;
  /** Per frame: index of the reference that loaded its page. */
  private readonly loadedAt: Uint32Array;

  constructor(trace: ReferenceTrace, frameCount: number) {
    super(trace, frameCount);
    this.next = nextReferences(trace);
    this.heap = new Uint32Array(2 * this.pageIn.length + 64);
    this.loadedAt = new Uint32Array(this.pageIn.length);
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty, next, loadedAt } = this;
    const neverBase = 2 * references.length;
    for (let i = from; i < to; i++) {
      const reference = references[i];
      let frame = frameOf[reference >>> 1];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
      } else {
        frame = this.freeFrame();
        if (frame === NOWHERE) frame = this.furthest();
        this.load(frame, reference);
        loadedAt[frame] = i;
      }
      const key = next[i];
      // A page referenced again at once cannot be a victim before then: its key would be stale unread.
      if (key !== i + 1) this.push(key === NEVER ? neverBase - loadedAt[frame] : key, i);
    }
  }

  /** Takes the largest key out of the heap; the frame of its page. */
  private furthest(): number {
    const { heap, references } = this;
    const key = heap[0], last = heap[--this.heapSize];
    this.siftDown(0, last);
    return this.frameOf[references[key < references.length ? key : 2 * references.length - key] >>> 1];
  }

  private push(key: number, now: number): void {
    if (this.heapSize === this.heap.length) this.sweep(now);
    const { heap } = this;
    let at = this.heapSize++;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (heap[parent] >= key) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = key;
  }

  private siftDown(from: number, key: number): void {
    const { heap, heapSize } = this;
    let at = from;
    for (let child = 2 * at + 1; child < heapSize; child = 2 * at + 1) {
      if (child + 1 < heapSize && heap[child + 1] > heap[child]) child++;
      if (heap[child] <= key) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
  }

  /** Drops the keys whose moment has passed. At most one a resident page stays, so at least half of the heap is free again. */
  private sweep(now: number): void {
    const { heap } = this;
    let kept = 0;
    for (let k = 0; k < this.heapSize; k++) if (heap[k] > now) heap[kept++] = heap[k];
    this.heapSize = kept;
    for (let k = (kept >>> 1) - 1; k >= 0; k--) this.siftDown(k, heap[k]);
  }
}
