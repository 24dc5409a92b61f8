/**
 * Ways through a recording: to a moment, and backwards to the last moment at which something held. A journey is a generator
 * that yields when its budget of instructions is used up, so that whoever runs the machine can answer in between.
 *
 * Backwards is forwards from an earlier checkpoint: `lastBefore` runs through one stretch after the other, the nearest first, and
 * remembers the last moment that its caller wanted.
 */
import type { Pass } from '../machine/pass';
import type { Advance, Goal, Travel } from '../machine/advance';
import type { Checkpoint, Checkpoints } from './checkpoints';
import type { RecordedSwap } from './recorded-swap';
import type { Recorder } from './recorder';

/** Stretches that are tried first: most searches end there. */
const NEAR_INSTRUCTIONS = [5_000, 200_000];

export type Way<T> = Generator<undefined, T, undefined>;

/** What a search does on its stretch. */
export interface Search {
  /** The state of a checkpoint is in place: set watches and breakpoints. */
  readonly begin: () => void;
  /** Breakpoints were set: called at each. Answers whether this is a moment that is looked for. */
  readonly atBreakpoint: (() => boolean) | null;
  /** Uses the precise loop (watches). */
  readonly precise: boolean;
  /** Called at the end of a stretch: the last moment found, when watches found it; −1: none. */
  readonly found: () => number;
}

export class Journeys {
  /** Instructions for the present slice. */
  budget = 0;

  constructor(
    private readonly pass: Pass, private readonly travel: Travel, private readonly checkpoints: Checkpoints,
    private readonly swap: RecordedSwap | null, private readonly recorder: Recorder,
  ) {}

  get now(): number {
    return this.pass.computer.instructions();
  }

  get isAtHead(): boolean {
    return this.travel.head === null;
  }

  /** To the first moment with so many instructions done, or to the head. */
  * goTo(goal: Goal): Way<undefined> {
    const limit = goal === 'head' ? Infinity : goal;
    const nearest = this.before(limit);
    const isForward = this.now < limit;
    if (!isForward || nearest.instruction > this.now) this.restore(nearest);
    let advance = yield* this.advance(goal, false);
    if (advance === 'overshot') {
      this.restore(this.before(limit));
      advance = yield* this.advance(goal, true);
    }
    if (advance !== 'arrived') throw new Error(`a journey ended with "${advance}"`);
    return undefined;
  }

  /** The last moment before `end` that the search finds; −1: none since the beginning. The machine stands anywhere then. */
  * lastBefore(end: number, search: Search): Way<number> {
    for (const near of NEAR_INSTRUCTIONS) {
      if (end - near <= this.before(end).instruction) break;
      yield* this.goTo(end - near);
      search.begin();
      const found = yield* this.stretch(end, search);
      if (found >= 0) return found;
    }
    for (let to = end; ;) {
      const from = this.before(to);
      this.restore(from);
      search.begin();
      const found = yield* this.stretch(to, search);
      if (found >= 0) return found;
      if (from.instruction === 0 || from === this.checkpoints.all[0]) return -1;
      to = from.instruction;
    }
  }

  /** The last checkpoint before a moment; the first one when none is. */
  private before(instruction: number): Checkpoint {
    const found = this.checkpoints.last((checkpoint) => checkpoint.instruction < instruction) ?? this.checkpoints.all[0];
    if (found === undefined) throw new Error('a recording without a checkpoint');
    return found;
  }

  /** Puts a checkpoint in place. */
  restore(checkpoint: Checkpoint): void {
    if (this.isAtHead) throw new Error('the machine has not left the head');
    this.checkpoints.restore(checkpoint);
    this.travel.rewound(checkpoint.position);
  }

  private * advance(goal: Goal, precise: boolean): Way<Exclude<Advance, 'budget'>> {
    for (;;) {
      const advance = this.travel.advance(goal, { budget: this.budget, precise });
      if (advance !== 'budget') {
        if (this.isAtHead) this.swap?.arriveAtHead();
        return advance;
      }
      this.recorder.fill(this.now);
      yield undefined;
    }
  }

  private * stretch(to: number, search: Search): Way<number> {
    let last = -1;
    while (this.now < to) {
      const advance = this.travel.advance(to, { budget: this.budget, precise: search.precise, stopAtBreakpoints: search.atBreakpoint !== null });
      if (advance === 'overshot') break;
      if (advance === 'breakpoint') {
        if (this.now < to && search.atBreakpoint?.() === true) last = this.now;
        continue;
      }
      if (advance === 'arrived') break;
      yield undefined;
    }
    const watched = search.found();
    return Math.max(last, watched < to ? watched : -1);
  }
}
