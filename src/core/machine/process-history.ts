/**
 * Samples of a process's resident set and faults over its life, at equal distances of the simulated clock: at most 64.
 * When they are full, every second one goes and the distance doubles. Taken whenever the process has run, in a step that
 * does not depend on how many processes there are; between its runs the values stand still.
 */
const SAMPLES = 64;
/** First distance: 0.1 ms. */
const FIRST_CYCLES = 300_000;

export class ProcessHistory {
  private readonly rss = new Float32Array(SAMPLES);
  private readonly faults = new Float32Array(SAMPLES);
  private count = 0;
  private distance = FIRST_CYCLES;
  /** −1 before the first sample. */
  private next = -1;

  /** To be called when the process has run. `faults`: of both kinds, in all. */
  sample(cycle: number, residentPages: number, faults: number): void {
    if (this.next < 0) this.next = cycle;
    while (cycle >= this.next) {
      if (this.count === SAMPLES) this.halve();
      if (cycle < this.next) return;
      this.rss[this.count] = residentPages;
      this.faults[this.count] = faults;
      this.count++;
      this.next += this.distance;
      if (cycle - this.next > SAMPLES * this.distance) this.stretch(cycle);
    }
  }

  /** Resident pages at each sample, and faults since the sample before; the present values close them. */
  read(residentPages: number, faults: number): { readonly rss: Float32Array; readonly faults: Float32Array } {
    const rss = new Float32Array(this.count + 1);
    rss.set(this.rss.subarray(0, this.count));
    rss[this.count] = residentPages;
    const rates = new Float32Array(this.count + 1);
    for (let i = 0; i <= this.count; i++) rates[i] = (i === this.count ? faults : this.faults[i] ?? 0) - (i === 0 ? 0 : this.faults[i - 1] ?? 0);
    return { rss, faults: rates };
  }

  private halve(): void {
    for (let i = 0; 2 * i < SAMPLES; i++) {
      this.rss[i] = this.rss[2 * i] ?? 0;
      this.faults[i] = this.faults[2 * i] ?? 0;
    }
    this.count = SAMPLES / 2;
    this.distance *= 2;
  }

  /** After a long sleep: the distance grows until the gap fits. */
  private stretch(cycle: number): void {
    while (cycle - this.next > (SAMPLES - this.count) * this.distance && this.count > 1) {
      for (let i = 0; 2 * i < this.count; i++) {
        this.rss[i] = this.rss[2 * i] ?? 0;
        this.faults[i] = this.faults[2 * i] ?? 0;
      }
      this.count = Math.ceil(this.count / 2);
      this.distance *= 2;
    }
    if (this.count <= 1) while (cycle - this.next > (SAMPLES - this.count) * this.distance) this.distance *= 2;
  }
}
