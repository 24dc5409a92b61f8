/**
 * How far a replay runs at a time, and with which loop of the kernel.
 *
 * It must stop exactly where an event of the input log happens and where its caller wants it (`halt`). The precise loop can
 * stop before any instruction. The fast one leaves at the first safe point when its fuel is used up, so it runs
 *
 *   to a tick              all its fuel: the tick was written down at that very safe point, which comes again
 *   to anything else       until FAST_MARGIN instructions before it; the precise loop runs the rest
 *
 * Code without a safe point for longer than the margin takes the fast loop past such a place: `overshot`. The caller then
 * puts an earlier state back and runs with `precise` set.
 *
 * Things that happen at one instruction are told apart by their turn (input-log.ts): when the machine stands at the
 * instruction of an event, but a turn is still to come before it, one instruction is run precisely; it will not be completed.
 *
 * Called by the scheduler; `halt` and `precise` are set by whoever replays.
 */
import * as layout from '../kernel/memory-layout';
import type { Computer } from './computer';
import type { Stamp } from './input-log';

/** Straight-line code of compiled programs is shorter; that of machine-written ones may not be. */
export const FAST_MARGIN = 10_000;
/** ST_STOP_AT: never. Far beyond any run. */
const NEVER = 2 ** 52;

/** Where a replay stops: at the first moment that is not before `instruction` and `turn` and has `position` entries of the log behind it. */
export interface Halt extends Stamp { readonly position: number }

export class ReplayCourse {
  halt: Halt | null = null;
  /** Use the precise loop throughout. */
  precise = false;
  /** The fast loop was carried past a place where it should have stopped. */
  overshot = false;
  /** The quantum that begins uses the precise loop. */
  isExact = false;
  /** Instruction that the fast loop must not pass. */
  private bound = NEVER;

  constructor(private readonly computer: Computer) {}

  get isHalted(): boolean {
    const { halt, computer } = this;
    if (halt === null) return false;
    const now = computer.instructions();
    if (now !== halt.instruction) return now > halt.instruction;
    return computer.turns >= halt.turn && computer.input.position >= halt.position;
  }

  /**
   * Instructions for the next quantum, at most `most`; 0: something happens before. Sets `isExact`.
   * @param countsExactly the thread uses its fuel up to the last instruction (a light workload)
   * @param end instruction at which the whole replay ends; −1: none
   */
  fuel(countsExactly: boolean, most: number, end: number): number {
    const { computer } = this;
    const { input } = computer;
    const now = computer.instructions();
    if (this.isHalted || input.isDue(computer.stamp())) return 0;
    const event = input.nextEvent;
    const tick = event?.kind === 'tick' ? event.instruction : NEVER;
    const other = Math.min(event === null || event.kind === 'tick' ? NEVER : event.instruction, this.halt?.instruction ?? NEVER, end < 0 ? NEVER : end);
    const stop = Math.max(now + 1, Math.min(tick, other));
    this.bound = other;
    this.isExact = this.precise || countsExactly || tick <= now || other - now <= FAST_MARGIN;
    if (this.isExact) {
      computer.store.writeCount(layout.ST_STOP_AT, stop);
      return Math.min(most, stop - now);
    }
    return Math.min(most, stop - now, other - now - FAST_MARGIN);
  }

  /** To be called after a quantum; false: it went too far. */
  check(): boolean {
    if (this.computer.input.isReplay && !this.isExact && this.computer.instructions() > this.bound) this.overshot = true;
    return !this.overshot;
  }
}
