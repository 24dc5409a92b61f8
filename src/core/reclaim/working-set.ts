/**
 * Refaults and thrashing (Linux, mm/workingset.c).
 *
 * A clock counts pages that leave the inactive list (evicted or activated). A page that is evicted leaves its time behind; when
 * it comes back, the distance tells how many frames more would have kept it in RAM. A distance below the size of what is
 * resident means that the page belongs to the working set and pushes others out that do: it is activated at once.
 *
 * Thrashing is judged over windows of simulated time: programs wait for pages that they had before, most of the time.
 */
import { CYCLES_PER_SECOND } from '../../shared/config';

export interface ThrashingVerdict {
  readonly isThrashing: boolean;
  /** Share of the last whole window that programs spent waiting for memory, 0–1. */
  readonly stallShare: number;
  readonly refaults: number;
  /** Frames that would have kept most of the pages that came back. */
  readonly missingFrames: number;
  readonly windowCycles: number;
}

/** 0.1 s. */
const WINDOW_CYCLES = 300_000_000;
/** Thrashing begins when this share of time is lost, and ends below the lower one. */
const STALL_BEGINS = 0.5;
const STALL_ENDS = 0.2;
const FEWEST_REFAULTS = 8;
const DISTANCES_KEPT = 256;

const NOTHING: ThrashingVerdict = { isThrashing: false, stallShare: 0, refaults: 0, missingFrames: 0, windowCycles: 0 };

/** The verdict in words, with its numbers; '' when nothing came back. `resident`: frames that can hold pages of programs. */
export function thrashingSentence(verdict: ThrashingVerdict, resident: number): string {
  if (verdict.refaults === 0) return '';
  const mib = (frames: number): string => `${(frames / 256).toFixed(frames < 2560 ? 1 : 0)} MiB`;
  const seconds = (verdict.windowCycles / CYCLES_PER_SECOND).toFixed(2);
  const share = `${(verdict.stallShare * 100).toFixed(0)} %`;
  const missing = `${mib(verdict.missingFrames)} more RAM would have kept nine of ten of them`;
  if (!verdict.isThrashing) return `Some pages came back: ${String(verdict.refaults)} within ${seconds} s, ${share} of the time spent waiting for them; ${missing}.`;
  return `Thrashing: ${share} of the last ${seconds} s went to waiting for ${String(verdict.refaults)} pages that had just left RAM. The programs use about ${mib(resident + verdict.missingFrames)} in turn, `
    + `RAM has ${mib(resident)} for them; ${missing}.`;
}

export class WorkingSet {
  /** Pages that have left the inactive lists, and one, so that no shadow is 0. */
  age = 1;
  /** Refaults of anonymous and of file pages, and those that were activated for it. */
  readonly refaults = [0, 0];
  readonly activations = [0, 0];
  verdict: ThrashingVerdict = NOTHING;
  private windowStart = 0;
  private stall = 0;
  private windowRefaults = 0;
  private readonly distances = new Float64Array(DISTANCES_KEPT);

  /** What an evicted page leaves behind: the clock's time (31 bits), and whether it was in the working set then. */
  shadow(wasWorkingSet: boolean): number {
    const shadow = (((this.age % 0x7fffffff) << 1) | (wasWorkingSet ? 1 : 0)) >>> 0;
    this.age++;
    return shadow;
  }

  /**
   * A page with this shadow comes back while `resident` frames compete with it. True: it belongs to the working set and
   * shall be activated.
   */
  refault(shadow: number, file: boolean, resident: number): boolean {
    const distance = (this.age % 0x7fffffff - (shadow >>> 1) + 0x7fffffff) % 0x7fffffff;
    this.refaults[file ? 1 : 0] = (this.refaults[file ? 1 : 0] ?? 0) + 1;
    this.distances[this.windowRefaults % DISTANCES_KEPT] = distance;
    this.windowRefaults++;
    if (distance > resident) return false;
    this.activations[file ? 1 : 0] = (this.activations[file ? 1 : 0] ?? 0) + 1;
    this.age++;
    return true;
  }

  /** A program waited this long for memory to come or to be freed. */
  stalled(cycles: number): void {
    this.stall += cycles;
  }

  /** Closes the window when it is over. Answers true when thrashing has just begun or ended. */
  tick(now: number): boolean {
    const elapsed = now - this.windowStart;
    if (elapsed < WINDOW_CYCLES) return false;
    const stallShare = Math.min(1, this.stall / elapsed);
    const was = this.verdict.isThrashing;
    const isThrashing = this.windowRefaults >= FEWEST_REFAULTS && stallShare >= (was ? STALL_ENDS : STALL_BEGINS);
    this.verdict = { isThrashing, stallShare, refaults: this.windowRefaults, missingFrames: this.typicalDistance(), windowCycles: elapsed };
    this.windowStart = now;
    this.stall = 0;
    this.windowRefaults = 0;
    return was !== isThrashing;
  }

  /** Nine of ten of the last refaults had at most this distance. */
  private typicalDistance(): number {
    const count = Math.min(this.windowRefaults, DISTANCES_KEPT);
    if (count === 0) return 0;
    const sorted = this.distances.slice(0, count).sort();
    return sorted[Math.floor((count - 1) * 0.9)] ?? 0;
  }
}
