/**
 * NRU, not recently used (A. S. Tanenbaum, Modern Operating Systems): pages fall into four classes by their R bit
 * (referenced since the last clock interrupt) and M bit (modified since they were loaded), class = 2 R + M. The victim is
 * drawn at random from the lowest class that has members. A clock interrupt clears every R bit.
 *
 * Parameters: the interrupt comes after every `interval` references, counted from the start of the trace. The draw is that of
 * random.ts: with n members in the class, member floor(draw * n / 2^32) in ascending order of frames. The access that
 * loads a page sets its R bit, and its M bit when it is a store.
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import { FrameSet } from './frame-set';
import { XorShift32 } from './random';
import type { ReferenceTrace } from './trace';

const R = 2;

export class Nru extends ReplacementPolicy {
  private readonly classes: readonly FrameSet[];
  private readonly classOf: Uint8Array;
  /** Frames whose R bit was set since the last interrupt. */
  private readonly touched: Int32Array;
  private touchedCount = 0;
  private readonly random: XorShift32;

  /** @param interval references between two clock interrupts, 1 or more */
  constructor(trace: ReferenceTrace, frameCount: number, private readonly interval: number, seed: number) {
    super(trace, frameCount);
    const frames = this.pageIn.length;
    this.classes = [0, 1, 2, 3].map(() => new FrameSet(frames));
    this.classOf = new Uint8Array(frames);
    this.touched = new Int32Array(frames);
    this.random = new XorShift32(seed);
  }

  serve(from: number, to: number): void {
    const { interval } = this;
    for (let at = from; at < to;) {
      if (at > 0 && at % interval === 0) this.interrupt();
      const end = Math.min(to, (Math.floor(at / interval) + 1) * interval);
      this.serveInterval(at, end);
      at = end;
    }
  }

  private serveInterval(from: number, to: number): void {
    const { references, frameOf, dirty, classOf } = this;
    for (let i = from; i < to; i++) {
      const reference = references[i], frame = frameOf[reference >>> 1];
      if (frame !== NOWHERE) {
        const now = classOf[frame] | R | (reference & 1);
        if (now !== classOf[frame]) {
          dirty[frame] = now & 1;
          this.move(frame, now);
        }
        continue;
      }
      let target = this.freeFrame();
      if (target === NOWHERE) {
        const lowest = this.classes.find((one) => one.size > 0)!;
        target = lowest.at(this.random.below(lowest.size));
        this.load(target, reference);
        this.move(target, R | (reference & 1));
      } else {
        this.load(target, reference);
        classOf[target] = R | (reference & 1);
        this.classes[classOf[target]].add(target);
        this.touched[this.touchedCount++] = target;
      }
    }
  }

  private move(frame: number, to: number): void {
    const was = this.classOf[frame];
    if (was === to) return;
    this.classes[was].remove(frame);
    this.classes[to].add(frame);
    this.classOf[frame] = to;
    if (was < R && to >= R) this.touched[this.touchedCount++] = frame;
  }

  private interrupt(): void {
    for (let k = 0; k < this.touchedCount; k++) {
      const frame = this.touched[k];
      this.move(frame, this.classOf[frame] & ~R);
    }
    this.touchedCount = 0;
  }
}
