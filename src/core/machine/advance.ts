/**
 * Goes through what a machine has recorded: from the state of a checkpoint, which its caller puts back in place, forward to a
 * wanted moment.
 *
 *   at the head ── leaveHead; the caller restores a checkpoint; rewound ──▶ behind it ── advance ─┬▶ behind it
 *        ▲                                                                                        └▶ at the head
 *        └──────────────────────── branch: something new comes from outside ──────────────────────────┘
 *
 * Behind the head nothing comes from outside and nothing leaves: output, findings and references went out the first time
 * (the computer counts them on). Limits of instructions are events of the log. Breakpoints of the user stop only a journey
 * that asks for it; the others take them out of the code, and the caller sets them again where it lands.
 *
 * Not kept in checkpoints: this object and the input log but for its `position`.
 */
import { ReplayAstray } from './replay-astray';
import type { Outcome } from './scheduler';
import type { Pass } from './pass';
import type { Head, TimelineInput } from './timeline-input';

/** The head, or the first moment at which so many instructions are done. */
export type Goal = 'head' | number;

export interface AdvanceOptions {
  /** About so many instructions at most; idle time counts too. */
  readonly budget: number;
  /** Use the precise loop all the way: after 'overshot', from the same checkpoint again. */
  readonly precise?: boolean;
  /** Stop where the program comes to a breakpoint of the user; the next call goes over it. */
  readonly stopAtBreakpoints?: boolean;
}

/**
 * budget: the goal is further on, call again; overshot: code without a safe point carried the fast loop past the goal, or past
 * an event on the way: the state is of no use, restore and be precise.
 */
export type Advance = 'arrived' | 'budget' | 'overshot' | 'breakpoint';

export class Travel {
  constructor(private readonly pass: Pass, private readonly input: TimelineInput) {}

  /** Null: the machine is at the head. */
  get head(): Head | null {
    return this.input.head;
  }

  /** The machine stands at the head and is about to go back. `head`: where the recording ended, when the machine was changed since. */
  leaveHead(head = this.stampOfHead()): void {
    this.input.leaveHead(head);
  }

  /** The present moment as the end of the recording. */
  stampOfHead(): Head {
    const { computer, scheduler } = this.pass;
    return { ...computer.stamp(), cycle: computer.cycles(), position: this.input.entries.length, nextTick: scheduler.nextTick };
  }

  /** Lets `run` take the machine on behind the head (steps of the window), no further than to the head. */
  within<T>(run: () => T): T {
    const { course } = this.pass.scheduler;
    course.halt = this.input.head;
    try {
      return run();
    } finally {
      course.halt = null;
    }
  }

  /** `within` has come to the head. */
  arrived(): void {
    if (this.input.head !== null) this.arriveAtHead(this.input.head);
  }

  /** The state of a checkpoint is in place again; `position`: that of the input log when it was taken. */
  rewound(position: number): void {
    this.input.rewind(position);
    this.pass.scheduler.course.overshot = false;
  }

  /** Runs on towards a moment that is not before the present one. A goal beyond the head is the head. */
  advance(goal: Goal, options: AdvanceOptions): Advance {
    const { scheduler, computer } = this.pass;
    const head = this.input.head;
    if (head === null) throw new Error('the machine is at the head');
    const toHead = goal === 'head' || goal > head.instruction;
    if (!toHead && goal < computer.instructions()) throw new Error('the goal is in the past: restore a checkpoint before it');
    if (options.stopAtBreakpoints !== true) {
      scheduler.breakpoints.removeAll('user');
      scheduler.breakpoints.removeAll('step');
    }
    const { course } = scheduler;
    course.halt = toHead ? head : { instruction: goal, turn: 0, position: 0 };
    course.precise = options.precise ?? false;
    try {
      const advance = this.run(options.budget);
      if (advance === 'arrived' && toHead) this.arriveAtHead(head);
      return advance;
    } finally {
      course.halt = null;
      course.precise = false;
    }
  }

  /** Something new happens at this moment: what was recorded after it did not. Call before it is noted. */
  branch(): void {
    this.input.forgetFuture();
    this.pass.scheduler.setNextTick();
  }

  private run(budget: number): Advance {
    const { computer, scheduler } = this.pass;
    for (let left = budget; ;) {
      const before = computer.stamp();
      const entriesBefore = this.input.position;
      const outcome = scheduler.run(Math.max(1, left));
      const went = computer.instructions() - before.instruction;
      if (outcome === 'halted') return this.landed();
      if (outcome === 'overshot' || outcome === 'breakpoint') return outcome;
      left -= Math.max(1, went);
      if (outcome !== 'quantum' && went === 0 && computer.turns === before.turn && this.input.position === entriesBefore) this.astray(outcome);
      if (left <= 0 || outcome === 'quantum') return scheduler.course.isHalted ? this.landed() : 'budget';
    }
  }

  private landed(): Advance {
    const { halt } = this.pass.scheduler.course;
    return halt !== null && this.pass.computer.instructions() > halt.instruction ? 'overshot' : 'arrived';
  }

  private arriveAtHead(head: Head): void {
    const { computer, scheduler } = this.pass;
    const { turn } = computer.stamp();
    if (turn !== head.turn || computer.cycles() !== head.cycle) {
      throw new ReplayAstray(`the recording ended in turn ${String(head.turn)} at cycle ${String(head.cycle)}, the replay in turn ${String(turn)} at cycle ${String(computer.cycles())}`);
    }
    scheduler.nextTick = head.nextTick;
    this.input.arriveAtHead();
  }

  private astray(outcome: Outcome): never {
    throw new ReplayAstray(`"${outcome}" at instruction ${String(this.pass.computer.instructions())}, before the goal`);
  }
}
