/**
 * Which page comes next: the patterns of a touch statement over a range of pages that may grow. Integer arithmetic only,
 * so that every host gets the same order from the same seed.
 */
import type { TouchPattern } from './script';

/** Deterministic random numbers of 32 bits (xorshift32). */
export class WorkloadRandom {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed + 1, 0x9e3779b9) ^ 0x7f4a7c15) >>> 0 || 1;
  }

  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }

  /** 0 ≤ result < below ≤ 2^32. */
  below(below: number): number {
    return Math.floor((this.next() / 4294967296) * below);
  }
}

export class TouchOrder {
  private cursor = 0;
  private pages = 0;
  /** Zipf: the rank is spread over the pages by a factor that has no divisor in common with their number. */
  private factor = 1;
  private octaves = 1;

  constructor(private readonly pattern: TouchPattern, private readonly random: WorkloadRandom) {}

  /** Page of the next touch, 0 ≤ page < `pages`. */
  next(pages: number): number {
    const { pattern, random } = this;
    switch (pattern.kind) {
      case 'random':
        return random.below(pages);
      case 'sequential':
        if (this.cursor >= pages) this.cursor = 0;
        return this.cursor++;
      case 'stride': {
        const page = this.cursor % pages;
        this.cursor = page + pattern.pages;
        // Round and round, a page further each time, so that all of them have their turn.
        if (this.cursor >= pages) this.cursor = ((this.cursor % pattern.pages) + 1) % Math.min(pattern.pages, pages);
        return page;
      }
      case 'hot': {
        const hot = Math.max(1, Math.floor((pages * pattern.pagePercent) / 100));
        const isHot = hot === pages || random.below(10_000) < pattern.touchPercent * 100;
        return isHot ? random.below(hot) : hot + random.below(pages - hot);
      }
      case 'zipf':
        if (pages !== this.pages) this.prepare(pages);
        // In 52 bits: rank and factor are below 2^31 and 2^16.
        return (this.rank(pages) * this.factor) % pages;
    }
  }

  /**
   * A rank with weight 1 / (rank + 1): every octave [2^k, 2^(k+1)) is proposed alike often, and a number n of it kept
   * with probability 2^k / n.
   */
  private rank(pages: number): number {
    const { random } = this;
    for (;;) {
      const low = 2 ** random.below(this.octaves);
      const n = low + random.below(low);
      if (n <= pages && random.below(n) < low) return n - 1;
    }
  }

  private prepare(pages: number): void {
    this.pages = pages;
    this.octaves = 32 - Math.clz32(pages);
    let factor = Math.min(40503, Math.max(1, Math.floor(pages * 0.618)));
    while (commonDivisor(factor, pages) !== 1) factor++;
    this.factor = factor;
  }
}

function commonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
