/**
 * Stepping by source line. A step is a goal that may take several quanta: it stays pending until it is reached, a
 * breakpoint stops it, or the program ends.
 *
 *   into   the next line of the program, in this call frame, its caller, or a function of the program called from here
 *   over   as into, but calls run to their end
 *   out    back in the caller
 *
 * A line that keeps the processor busy (a loop on one line) is left at full speed: breakpoints of the step's own wait at
 * every other line of the function and at the returns to its callers.
 *
 * Functions of the C library are run through. In a new call frame the step goes on past the prologue (instructions of
 * the definition's own line), so that parameters have their values.
 */
import * as layout from '../kernel/memory-layout';
import type { LirFunction } from '../lir/lir';
import { callFrames, currentWindow, isCall } from './call-frames';
import type { LoadedImage } from './code-area';
import type { Computer } from './computer';
import type { Thread } from './process';
import type { Outcome, Scheduler } from './scheduler';

/** Single instructions tried before the rest of a line is run at full speed. */
const PATIENCE = 2000;
const CALLERS = 64;

export type StepKind = 'into' | 'over' | 'out';

interface Goal {
  readonly how: StepKind;
  /** Whose step it is: what other threads do meanwhile does not end it. */
  readonly thread: Thread | null;
  /** Window of the call frame that the step began in, as an offset from the register stack's base. */
  readonly window: number;
  readonly line: number;
  readonly file: number;
  /** The call frame in which the step waits for the end of the prologue, as an offset; -1: none. */
  prologue: number;
  /** A call that is being run through: code index after it and the window to come back to. */
  through: { readonly index: number; readonly window: number } | null;
  /** Instructions stepped since the last event; -1: the step's breakpoints are set and the program runs. */
  moves: number;
}

interface Place { readonly line: number; readonly file: number; readonly functionLine: number; readonly oneLine: boolean; readonly program: boolean }

export class Stepper {
  private goal: Goal | null = null;
  /** Functions whose every line is that of their definition. */
  private readonly oneLiners = new Map<LirFunction, boolean>();

  constructor(private readonly computer: Computer, private readonly scheduler: Scheduler) {}

  /** Gives the step up: the program runs on, or was stopped elsewhere. */
  cancel(): void {
    this.scheduler.breakpoints.removeAll('step');
    this.goal = null;
  }

  /** Continues the pending step of the same kind, or begins one; 'step' when its goal is reached. */
  step(how: StepKind, instructions: number): Outcome | 'step' {
    if (this.goal?.how !== how) {
      this.cancel();
      if (!this.scheduler.choose()) return this.scheduler.run(instructions);
      if (this.computer.current?.process.workload != null) return this.touch();
      this.goal = this.begin(how);
    }
    const end = this.computer.instructions() + instructions;
    while (this.computer.instructions() < end) {
      const outcome = this.advance(this.goal, end - this.computer.instructions());
      if (outcome === null) continue;
      if (outcome !== 'quantum') this.cancel();
      return outcome;
    }
    return 'quantum';
  }

  /** A light workload process has no code: its step is one touch of memory. */
  private touch(): Outcome | 'step' {
    const outcome = this.scheduler.run(1);
    return outcome === 'quantum' ? 'step' : outcome;
  }

  private begin(how: StepKind): Goal {
    const place = this.place();
    const goal: Goal = { how, thread: this.computer.current, window: this.offset(), line: place.line, file: place.file, prologue: -1, through: null, moves: 0 };
    if (how === 'out') {
      const frames = callFrames(this.computer, 2);
      const caller = frames[1];
      if (caller !== undefined) goal.through = { index: caller.calling ? caller.pc + 1 : caller.pc, window: caller.window - this.base() };
    }
    return goal;
  }

  /** One move towards the goal: null when it is not reached yet. */
  private advance(goal: Goal, left: number): Outcome | 'step' | null {
    if (goal.thread !== null && (this.computer.current !== goal.thread || goal.thread.state === 'ended')) return this.letOthersRun(goal.thread, left);
    if (goal.through !== null) return this.runThrough(goal, goal.through, left);
    if (goal.moves < 0) return this.runLine(goal, left);
    if (++goal.moves > PATIENCE && this.offset() === goal.window) { this.arm(goal); return null; }
    const pc = this.computer.store.read32(layout.ST_PC);
    const callerWindow = this.offset();
    const called = isCall(this.scheduler.breakpoints.opAt(pc));
    const outcome = this.scheduler.stepOne(goal.thread);
    if (this.computer.current !== goal.thread) return outcome;
    if (outcome !== null) return outcome;
    const now = this.offset();
    if (called && now > callerWindow) {
      const enters = goal.how === 'into' && this.place().program;
      goal.moves = 0;
      if (enters) goal.prologue = now;
      else if (goal.how !== 'into' || goal.line !== 0) {
        goal.through = { index: pc + 1, window: callerWindow };
        return null;
      }
    }
    return this.reached(goal) ? 'step' : null;
  }

  /** Another thread has the processor, or this one waits: the machine runs until its turn has come. */
  private letOthersRun(thread: Thread, left: number): Outcome | 'step' | null {
    if (thread.state === 'ended') return 'step';
    const outcome = this.scheduler.run(Math.min(left, 1_000_000), thread);
    if (outcome === 'quantum') return null;
    if (outcome !== 'breakpoint') return outcome;
    return this.scheduler.breakpoints.has(this.computer.store.read32(layout.ST_PC), 'user') ? 'breakpoint' : null;
  }

  /** A call runs at full speed to the instruction after it, in the call frame that made it. */
  private runThrough(goal: Goal, through: { readonly index: number; readonly window: number }, left: number): Outcome | 'step' | null {
    const { breakpoints } = this.scheduler;
    breakpoints.add(through.index, 'step');
    const outcome = this.scheduler.run(Math.min(left, 1_000_000));
    if (outcome === 'quantum') return null;
    if (outcome !== 'breakpoint') return outcome;
    const pc = this.computer.store.read32(layout.ST_PC);
    if (this.computer.current !== goal.thread) return breakpoints.has(pc, 'user') ? 'breakpoint' : null;
    if (pc !== through.index || this.offset() > through.window) return breakpoints.has(pc, 'user') ? 'breakpoint' : null;
    breakpoints.remove(through.index, 'step');
    goal.through = null;
    if (goal.how === 'out') return 'step';
    return this.reached(goal) ? 'step' : null;
  }

  /** Breakpoints wherever the step could end, so that the line can run at full speed. */
  private arm(goal: Goal): void {
    const found = this.computer.code.functionAt(this.computer.store.read32(layout.ST_PC));
    if (found === null || found.loaded.isLibrary) { goal.moves = 0; return; }
    goal.moves = -1;
    const { breakpoints } = this.scheduler;
    const { debug, functions } = found.loaded.image;
    const add = (local: number): void => { breakpoints.add(found.loaded.codeBase + local, 'step'); };
    for (let i = found.fn.first; i < found.fn.first + found.fn.instructionCount; i++) {
      const line = debug.line[i] ?? 0;
      if (line !== 0 && (line !== goal.line || debug.file[i] !== goal.file)) add(i);
    }
    if (goal.how === 'into') for (const fn of functions) if (fn.instructionCount > 0) add(fn.first);
    for (const frame of callFrames(this.computer, CALLERS).slice(1)) {
      if (this.computer.code.imageAt(frame.pc)?.isLibrary === false) breakpoints.add(frame.calling ? frame.pc + 1 : frame.pc, 'step');
    }
  }

  private runLine(goal: Goal, left: number): Outcome | 'step' | null {
    const outcome = this.scheduler.run(Math.min(left, 1_000_000));
    if (outcome === 'quantum') return null;
    if (outcome !== 'breakpoint') return outcome;
    const pc = this.computer.store.read32(layout.ST_PC);
    if (this.scheduler.breakpoints.has(pc, 'user')) return 'breakpoint';
    if (this.computer.current !== goal.thread) return null;
    const deeper = this.offset() > goal.window;
    if (deeper && goal.how !== 'into') return null;
    if (!deeper && this.reached(goal)) return 'step';
    if (deeper) {
      goal.prologue = this.offset();
      this.scheduler.breakpoints.removeAll('step');
      goal.moves = 0;
      return this.reached(goal) ? 'step' : null;
    }
    return null;
  }

  private reached(goal: Goal): boolean {
    const place = this.place();
    if (!place.program || place.line === 0) return false;
    const now = this.offset();
    if (goal.prologue === now) return place.oneLine || place.line !== place.functionLine;
    if (now < goal.window) return true;
    return now > goal.window || place.line !== goal.line || place.file !== goal.file;
  }

  private place(): Place {
    const pc = this.computer.store.read32(layout.ST_PC);
    const found = this.computer.code.functionAt(pc);
    if (found === null) return { line: 0, file: 0, functionLine: 0, oneLine: false, program: false };
    const { fn, loaded } = found;
    const { debug } = loaded.image;
    const at = pc - loaded.codeBase;
    return { line: debug.line[at] ?? 0, file: debug.file[at] ?? 0, functionLine: fn.line, oneLine: this.isOneLiner(loaded, fn), program: !loaded.isLibrary };
  }

  private isOneLiner(loaded: LoadedImage, fn: LirFunction): boolean {
    const known = this.oneLiners.get(fn);
    if (known !== undefined) return known;
    const lines = loaded.image.debug.line.subarray(fn.first, fn.first + fn.instructionCount);
    const answer = lines.every((line) => line === 0 || line === fn.line);
    this.oneLiners.set(fn, answer);
    return answer;
  }

  private base(): number {
    return this.computer.store.read32(layout.ST_R_BASE);
  }
  private offset(): number {
    return currentWindow(this.computer) - this.base();
  }
}
