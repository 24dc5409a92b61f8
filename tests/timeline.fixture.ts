/**
 * Recordings for tests of time travel: a machine is driven in odd quanta, single steps and actions from outside, and what it
 * was like at each pause is kept. A fresh machine that replays the log must come to the same at the same moments.
 */
import { expect } from 'vitest';
import { Travel, type AdvanceOptions, type Goal } from '../src/core/machine/advance';
import type { InputEntry, InputEvent, Stamp } from '../src/core/machine/input-log';
import { configure, type FieldChange } from '../src/core/machine/configure';
import type { MachinePorts } from '../src/core/machine/machine-api';
import { Pass } from '../src/core/machine/pass';
import type { Process } from '../src/core/machine/process';
import type { Halt } from '../src/core/machine/replay-course';
import { ramHash } from '../src/core/machine/sanity';
import { Stepper } from '../src/core/machine/stepper';
import { TimelineInput, type Head } from '../src/core/machine/timeline-input';
import type { Program } from '../src/core/lir/lir';
import type { SwapDevice } from '../src/core/swap/swap-device';
import type { WorkloadScript } from '../src/core/workload/script';
import type { RunConfig } from '../src/shared/config';

/** Small, seeded: the same numbers in every run of the tests. */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 4294967296) * limit);
  }
}

export interface Scene {
  readonly config: RunConfig;
  readonly programs: readonly Program[];
  readonly workloads?: readonly { readonly script: WorkloadScript; readonly count: number }[];
  /** Lines of standard input; each comes when the reader has waited for it a while. */
  readonly lines?: readonly string[];
  readonly swap?: () => SwapDevice;
  /** Quanta are 1 to this many instructions. */
  readonly quantum: number;
  /** Steps by line now and then. */
  readonly steps?: boolean;
  /** Recording ends at this instruction, when the programs have not ended before. */
  readonly until?: number;
  /** Something from outside, at the pause of this number. */
  readonly actions?: Readonly<Record<number, (recorder: Recorder) => void>>;
}

/** What a machine is like at a moment. */
export interface Print extends Halt { readonly text: string }

/** Everything that two machines at the same moment must agree on, in one text. */
export function printOf({ computer, scheduler }: Pass): string {
  const processes = [...computer.processes].map((process) => ({
    pid: process.pid, phase: process.phase, ending: process.ending, instructions: process.instructions, cycles: process.cycles, faults: [process.minorFaults, process.majorFaults],
    resident: process.space.residentPages, swapped: process.space.swappedPages, pending: process.pendingSignals.map(({ signal }) => signal), errors: process.heap?.errors().map(({ what, count }) => `${what} ${String(count)}`),
    threads: process.threads.map((thread) => [thread.state, thread.waitingFor, thread.slice, thread.sleepUntil, thread.inCall, thread.queuePriority].join(' ')), live: String(process.heap?.liveBytes() ?? 0),
  }));
  return JSON.stringify({
    hash: ramHash(computer), counters: computer.counters(), turns: computer.turns, current: computer.current?.key, output: computer.outputBytes, events: [...computer.events.totals],
    timer: computer.timers.next, waiting: computer.queues.waiting, ended: scheduler.allEnded(), reschedule: computer.reschedule, swap: computer.system.swap.slots.usedSlots, processes,
  }, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 1);
}

export function headOf({ computer, scheduler }: Pass, input: TimelineInput): Head {
  return { ...computer.stamp(), cycle: computer.cycles(), position: input.entries.length, nextTick: scheduler.nextTick };
}

function options(ended: (process: Process) => void) {
  return { precise: false, stopAt: -1, endsWith: -1, ended };
}

/** As machine.ts: the leak check belongs to the end of a process. */
function checkLeaks(config: RunConfig): (process: Process) => void {
  return (process) => { if (config.check.tool === 'memcheck') process.heap?.leakCheck(); };
}

function begin(pass: Pass, scene: Scene): void {
  for (const program of scene.programs) pass.load(program);
  for (const { script, count } of scene.workloads ?? []) pass.startWorkloads(script, count);
}

/** The machine that records. */
export class Recorder {
  readonly pass: Pass;
  readonly input: TimelineInput;
  readonly prints: Print[] = [];
  output = '';
  findings = 0;
  private readonly random: Random;
  private readonly stepper: Stepper;
  private lines: string[];
  private waited = 0;

  constructor(private readonly scene: Scene, kernel: WebAssembly.Module, seed: number) {
    this.random = new Random(seed);
    this.lines = [...(scene.lines ?? [])];
    this.input = new TimelineInput((limit) => this.answer(limit));
    this.pass = new Pass(scene.config, {
      output: (_stream, bytes) => { this.output += Buffer.from(bytes).toString('latin1'); }, input: () => null, finding: () => { this.findings++; },
      ...(scene.swap === undefined ? {} : { swap: scene.swap() }),
    }, this.input, kernel, options(checkLeaks(scene.config)));
    this.stepper = new Stepper(this.pass.computer, this.pass.scheduler);
    begin(this.pass, scene);
  }

  record(): void {
    this.print();
    const until = this.scene.until ?? Infinity;
    for (let pause = 0; !this.pass.scheduler.allEnded() && this.pass.computer.instructions() < until; pause++) {
      if (pause > 20_000) throw new Error('the recording does not end');
      const action = this.scene.actions?.[pause];
      if (action !== undefined) { action(this); this.print(); }
      this.pass.scheduler.wake();
      if (this.scene.steps === true && this.random.below(4) === 0) this.stepper.step('into', 1 + this.random.below(3000));
      else { this.stepper.cancel(); this.pass.scheduler.run(1 + this.random.below(this.scene.quantum)); }
      this.print();
    }
  }

  happen(event: (at: Stamp) => InputEvent): void {
    const happened = event(this.pass.computer.stamp());
    this.input.note(happened);
    this.pass.apply(happened);
  }

  configure(changes: readonly FieldChange[]): void {
    const at = this.pass.computer.stamp();
    expect(configure(this.pass.computer, changes)).toEqual([]);
    this.input.note({ kind: 'configure', ...at, changes });
  }

  stop(reason: string): void {
    this.happen((at) => ({ kind: 'stop', ...at, reason }));
  }

  get head(): Head {
    return headOf(this.pass, this.input);
  }

  private print(): void {
    this.prints.push({ ...this.pass.computer.stamp(), position: this.input.entries.length, text: printOf(this.pass) });
  }

  /** Nothing at first, then the next line in pieces. */
  private answer(limit: number): Uint8Array | null | 'wait' {
    if (++this.waited % 3 !== 0) return 'wait';
    const line = this.lines.shift();
    if (line === undefined) return null;
    if (line.length > limit) this.lines.unshift(line.slice(limit));
    return new TextEncoder().encode(line.slice(0, limit));
  }
}

const never = (): never => { throw new Error('a replay asked or told somebody'); };
const SILENT: MachinePorts = { output: never, input: never, finding: never };

/** A fresh machine at the beginning of a recording. */
export class Replayer {
  readonly pass: Pass;
  readonly input: TimelineInput;
  readonly travel: Travel;

  constructor(scene: Scene, kernel: WebAssembly.Module, entries: readonly InputEntry[], head: Head, ports: MachinePorts = SILENT) {
    this.input = new TimelineInput((limit) => ports.input(limit), [...entries]);
    this.pass = new Pass(scene.config, ports, this.input, kernel, options(checkLeaks(scene.config)));
    this.travel = new Travel(this.pass, this.input);
    begin(this.pass, scene);
    this.input.leaveHead(head);
    this.input.rewind(0);
  }

  /** To the goal, in slices; false: overshot. */
  go(goal: Goal, given: Partial<AdvanceOptions> = {}): boolean {
    for (;;) {
      const advance = this.travel.advance(goal, { budget: 1_000_000, ...given });
      if (advance === 'arrived') return true;
      if (advance === 'overshot') return false;
    }
  }

  /** To a pause of the recording, with its turn and the entries before it. */
  goToPause(pause: Halt): void {
    const { course } = this.pass.scheduler;
    course.halt = pause;
    for (let outcome = this.pass.scheduler.run(300_000); outcome !== 'halted'; outcome = this.pass.scheduler.run(300_000)) expect(['quantum', 'ended', 'deadlock', 'blocked']).toContain(outcome);
    course.halt = null;
  }
}
