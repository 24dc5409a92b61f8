/**
 * When checkpoints are taken and which are kept: close enough to one another that going to any moment between two of them is
 * short, and within the memory that they may take. Counted in work (checkpoints.ts) and bytes, never in time, so that equal
 * runs have equal checkpoints.
 */
import type { Checkpoint, Checkpoints } from './checkpoints';

/** Some 30 ms of the interpreter. */
const CLOSEST_WORK = 2_000_000;
/** What a checkpoint costs, in work that the machine does meanwhile: for each byte looked at, and for each object and byte of the image. */
const SCAN_COST = 0.02;
const OBJECT_COST = 100;
const IMAGE_COST = 0.08;
/** Recording takes at most about one part in so many of a run's time. */
const SHARE = 6;
const MOST_CHECKPOINTS = 256;

export class Recorder {
  /** Grows when checkpoints are thinned out. */
  private spacing = CLOSEST_WORK;
  private next = 0;
  /** Stays when others are thinned out. */
  pinned: Checkpoint | null = null;

  constructor(private readonly checkpoints: Checkpoints, private budget: number) {}

  get budgetBytes(): number {
    return this.budget;
  }

  /** `atOnce`: checkpoints that are too many now go now, not when the next one is taken. */
  setBudget(budgetBytes: number, atOnce: boolean): void {
    this.budget = budgetBytes;
    if (atOnce) this.thin();
  }

  /** The machine stands at the head, between quanta: takes a checkpoint when it is time. */
  note(): void {
    if (this.checkpoints.work() >= this.next) this.mark();
  }

  /** As note, with a checkpoint in any case. */
  mark(): Checkpoint {
    const taken = this.take();
    this.next = taken.work + this.distanceFrom(taken);
    return taken;
  }

  /**
   * The machine replays, between quanta: takes a checkpoint where they are far apart, so that the next journey to here is shorter. So it
   * is with the past of a machine that came out of a file.
   */
  fill(instruction: number): void {
    const before = this.checkpoints.last((checkpoint) => checkpoint.instruction <= instruction);
    if (before === null) return;
    const distance = this.distanceFrom(before), work = this.checkpoints.work();
    if (work - before.work < distance) return;
    const after = this.checkpoints.all.find((checkpoint) => checkpoint.instruction > instruction);
    if (after === undefined || after.work - work >= distance / 2) this.take();
  }

  private take(): Checkpoint {
    const taken = this.checkpoints.take();
    this.thin();
    return taken;
  }

  /** Work to the next checkpoint: what it costs is a small part of that. */
  private distanceFrom({ image, imageBytes, arrayBytes }: Checkpoint): number {
    const cost = this.checkpoints.scannedBytes * SCAN_COST + image.dynamicCount * OBJECT_COST + (imageBytes + arrayBytes) * IMAGE_COST;
    return Math.max(this.spacing, Math.round(cost * SHARE));
  }

  /** Those behind an instruction show a future that did not come. */
  forgetAfter(checkpoint: (candidate: Checkpoint) => boolean): void {
    this.forget(checkpoint);
    this.next = 0;
  }

  forget(checkpoint: (candidate: Checkpoint) => boolean): void {
    for (const each of this.checkpoints.all.filter(checkpoint)) this.checkpoints.drop(each);
  }

  forgetAll(): void {
    this.forgetAfter(() => true);
  }

  /** Every other one goes, but for the first and the last, as long as there are too many. */
  private thin(): void {
    while (this.checkpoints.all.length > 2 && (this.checkpoints.all.length > MOST_CHECKPOINTS || this.checkpoints.usedBytes > this.budget)) {
      const all = [...this.checkpoints.all];
      const before = this.checkpoints.all.length;
      for (let i = 1; i < all.length - 1; i += 2) if (all[i] !== this.pinned) this.checkpoints.drop(all[i] as Checkpoint);
      this.spacing *= 2;
      if (this.checkpoints.all.length === before) return;
    }
  }
}
