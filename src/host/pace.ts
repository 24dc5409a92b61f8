/** Keeps simulated time from running ahead of real time. Used by machine-runner.ts. */
import { CYCLES_PER_SECOND } from '../shared/config';

/** The machine answers within this time however far ahead it is. */
const MOST_DELAY_MS = 50;

export class Pace {
  /** Simulated seconds in a real one at most; 0: no limit. */
  private rate = 0;
  private from: { readonly seconds: number; readonly now: number } | null = null;

  constructor(private readonly now: () => number) {}

  get secondsPerSecond(): number {
    return this.rate;
  }

  set(secondsPerSecond: number): void {
    this.rate = secondsPerSecond;
    this.from = null;
  }

  /** The machine stood still: it does not make up for that. */
  restart(): void {
    this.from = null;
  }

  /** Milliseconds that the next slice waits. */
  delay(cycles: number): number {
    if (this.rate === 0) return 0;
    const seconds = cycles / CYCLES_PER_SECOND;
    const now = this.now();
    this.from ??= { seconds, now };
    const ahead = (seconds - this.from.seconds) / this.rate - (now - this.from.now) / 1000;
    // A machine that is slower than real time starts the count anew: it does not make up for it later.
    if (ahead < -1) this.from = { seconds, now };
    return Math.max(0, Math.min(MOST_DELAY_MS, ahead * 1000));
  }
}
