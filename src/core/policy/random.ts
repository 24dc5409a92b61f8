/**
 * Random: the victim's frame is drawn, all alike. The generator is xorshift32 (G. Marsaglia, Xorshift RNGs, 2003,
 * shifts 13, 17, 5), its state the seed put through one multiplication (so that small seeds differ at once); a frame is
 * floor(draw * frames / 2^32). While frames are free nothing is drawn, so runs with one seed can be repeated anywhere.
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import type { ReferenceTrace } from './trace';

export class XorShift32 {
  private state: number;

  /** @param seed 0 .. 2^32 - 1 */
  constructor(seed: number) {
    // Zero would stay zero: it stands for the state that the multiplication never gives.
    this.state = Math.imul(seed + 1, 0x9e3779b1) || 0x9e3779b9;
  }

  /** A whole number, 0 <= n < limit. */
  below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return Math.floor(((x >>> 0) * limit) / 2 ** 32);
  }
}

export class RandomReplacement extends ReplacementPolicy {
  private readonly random: XorShift32;

  constructor(trace: ReferenceTrace, frameCount: number, seed: number) {
    super(trace, frameCount);
    this.random = new XorShift32(seed);
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty } = this;
    for (let i = from; i < to; i++) {
      const reference = references[i], frame = frameOf[reference >>> 1];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
        continue;
      }
      const free = this.freeFrame();
      this.load(free === NOWHERE ? this.random.below(this.frameCount) : free, reference);
    }
  }
}
