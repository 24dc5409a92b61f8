/** LRU: the victim is the page whose last reference lies furthest back. One list over the frames, most recent in front. */
import { NOWHERE, ReplacementPolicy } from './engine';
import type { ReferenceTrace } from './trace';

export class Lru extends ReplacementPolicy {
  /** Circular, with the sentinel at index pageIn.length: next towards older frames. */
  private readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor(trace: ReferenceTrace, frameCount: number) {
    super(trace, frameCount);
    const sentinel = this.pageIn.length;
    this.next = new Int32Array(sentinel + 1).fill(sentinel);
    this.previous = new Int32Array(sentinel + 1).fill(sentinel);
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty, next, previous } = this;
    const sentinel = this.pageIn.length;
    let first = next[sentinel];
    for (let i = from; i < to; i++) {
      const reference = references[i];
      let frame = frameOf[reference >>> 1];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
        if (frame === first) continue;
        const before = previous[frame], after = next[frame];
        next[before] = after;
        previous[after] = before;
      } else {
        frame = this.freeFrame();
        if (frame === NOWHERE) {
          frame = previous[sentinel];
          const before = previous[frame];
          next[before] = sentinel;
          previous[sentinel] = before;
          if (frame === first) first = sentinel;
        }
        this.load(frame, reference);
      }
      next[frame] = first;
      previous[frame] = sentinel;
      previous[first] = frame;
      next[sentinel] = frame;
      first = frame;
    }
  }
}
