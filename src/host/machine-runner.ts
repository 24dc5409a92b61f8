/**
 * Runs a machine in slices, so that whoever owns the thread can answer in between. Used by machine.worker.ts; knows
 * nothing of threads, so its tests run it in place.
 *
 *                 start                     breakpoint, step done, pause
 *     empty ─────────────▶ running ◀──────────────────────────────▶ paused
 *                          │  ▲ │            continue, step
 *             needs input  │  │ │ exit, signal, limit, stop
 *                          ▼  │ └──────────▶ ended  (answers queries about that moment until the next start)
 *                        blocked (input or its end arrives)
 *
 * A slice takes about SLICE_MS, so a query or command waits no longer than that; its size in instructions adapts.
 */
import type { Machine, MachineOptions, MachinePorts, StopReason } from '../core/machine/machine-api';
import type { Program } from '../core/lir/lir';
import { CYCLES_PER_SECOND, type RunConfig } from '../shared/config';
import type { WorkloadScript } from '../core/workload/script';
import type { TravelTarget } from '../shared/timeline';
import type { RunAccepted, StreamMessage } from '../shared/ipc';
import type { Answer, QueryMap, QueryName } from '../shared/views';
import { ConsoleOutput } from './console-output';
import { ACCEPTED, refused, type BeginRequest, type ControlCommand } from './machine-protocol';
import { emptyAnswer } from './empty-answers';

export interface RunnerOptions {
  readonly createMachine: (config: RunConfig, ports: MachinePorts, options: MachineOptions) => Machine;
  readonly post: (message: StreamMessage) => void;
  /** Calls `work` after pending messages were handled. */
  readonly soon: (work: () => void) => void;
  readonly later: (work: () => void, milliseconds: number) => void;
  readonly now: () => number;
}

export interface LoadRequest {
  readonly program: Program;
  readonly config: RunConfig;
  readonly file: string;
  readonly breakpoints: readonly number[];
  readonly stdin: string | null;
  readonly pauseAtMain: boolean;
  /** Host memory for the checkpoints of the run; 0: it is not recorded. Machines of thousands of processes never are. */
  readonly timelineBytes: number;
}

/** A query is answered within 16 ms: a slice, and time to answer. */
const SLICE_MS = 8;
const SMALLEST_SLICE = 10_000;
/** Of light workloads each instruction is a touch, which may be a fault that frees a frame for itself. */
const SMALLEST_TOUCH_SLICE = 300;
/** Bound of Machine.run. */
const LARGEST_SLICE = 5_000_000;
/** Status and output leave at most once in this time. */
const TICK_MS = 16;

/** A mix whose processes are being started. */
interface Starting { readonly scripts: ReadonlyMap<string, WorkloadScript>; readonly order: readonly string[]; next: number }

/** The machine answers within this time however far ahead it is. */
const MOST_DELAY_MS = 50;

type Phase = 'empty' | 'running' | 'blocked' | 'paused' | 'ended';

export class MachineRunner {
  private machine: Machine | null = null;
  private phase: Phase = 'empty';
  /** The step under way, if it is one. */
  private stepping: 'into' | 'over' | 'out' | null = null;
  private sliceInstructions = SMALLEST_SLICE * 10;
  private sliceScheduled = false;
  private tickScheduled = false;
  private statusDue = false;
  private input: Uint8Array[] = [];
  private inputEnded = false;
  private file = '';
  private breakpoints: readonly number[] = [];
  /** First line of main while the run shall pause there; 0: not. */
  private pauseLine = 0;
  private smallestSlice = SMALLEST_SLICE;
  private starting: Starting | null = null;
  private startMessage = '';
  /** Simulated seconds in a real one at most; 0: no limit. */
  private pace = 0;
  private paceFrom: { readonly seconds: number; readonly now: number } | null = null;
  private readonly console: ConsoleOutput;

  constructor(private readonly options: RunnerOptions) {
    this.console = new ConsoleOutput((stream, text, { pid, name }) => { options.post({ type: 'output', stream, text, droppedBytes: 0, pid, name }); });
  }

  /** Replaces whatever was there by a new machine with this program and lets it run. */
  start(request: LoadRequest): RunAccepted {
    this.starting = null;
    this.startMessage = '';
    this.pace = 0;
    this.smallestSlice = SMALLEST_SLICE;
    this.console.clear();
    this.options.post({ type: 'cleared' });
    this.input = request.stdin === null || request.stdin === '' ? [] : [new TextEncoder().encode(request.stdin)];
    this.inputEnded = request.stdin !== null;
    this.file = request.file;
    this.machine = this.options.createMachine(request.config, {
      output: (stream, bytes, writer) => { this.console.write(stream, bytes, writer); },
      input: (limit) => this.takeInput(limit),
    }, { timelineBytes: request.timelineBytes });
    this.machine.load(request.program);
    this.pauseLine = request.pauseAtMain ? firstLineOf(request.program) : 0;
    this.applyBreakpoints(request.breakpoints);
    this.stepping = null;
    this.sliceInstructions = SMALLEST_SLICE * 10;
    this.enter('running');
    return ACCEPTED;
  }

  /** Replaces whatever was there by a new machine, and starts its processes in slices. */
  begin(request: BeginRequest): RunAccepted {
    this.console.clear();
    this.options.post({ type: 'cleared' });
    this.input = [];
    this.inputEnded = true;
    this.pauseLine = 0;
    this.breakpoints = [];
    this.machine = this.options.createMachine(request.config, {
      output: (stream, bytes, writer) => { this.console.write(stream, bytes, writer); },
      input: () => null,
    }, { timelineBytes: 0 });
    this.starting = { scripts: new Map(request.scripts.map((script) => [script.name, script])), order: request.order, next: 0 };
    this.pace = request.pace;
    this.smallestSlice = SMALLEST_TOUCH_SLICE;
    this.paceFrom = null;
    this.startMessage = '';
    this.stepping = null;
    this.sliceInstructions = SMALLEST_TOUCH_SLICE * 10;
    this.enter('running');
    return ACCEPTED;
  }

  command(command: ControlCommand): RunAccepted {
    const machine = this.machine;
    if (!machine) return refused('Nothing has run yet: press Run first.');
    switch (command.type) {
      case 'pause': return this.pause();
      case 'continue': return this.resume(null);
      case 'step': {
        if (command.processKey !== undefined && this.phase === 'paused' && !machine.focus(command.processKey)) return refused('This process cannot step now: it waits, is stopped, or has ended.');
        return this.resume(command.how);
      }
      case 'signal':
        if (!machine.signal(command.processKey, command.signal)) return refused('This process has ended.');
        return this.happened();
      case 'renice':
        if (!machine.renice(command.processKey, command.nice)) return refused('This process has ended.');
        return this.happened();
      case 'travel': return this.travel(machine, command.target);
      case 'stop': return this.stop(machine, 'Stopped');
      case 'reclaim': return this.reclaim(machine);
      case 'segments': {
        const { ok, message } = machine.changeSegments(command.change);
        this.statusDue = true;
        this.scheduleTick();
        return ok ? { ...ACCEPTED, message } : refused(message);
      }
      case 'configure': {
        const problems = machine.configure(command.changes);
        this.statusDue = true;
        this.scheduleTick();
        return problems.length === 0 ? ACCEPTED : refused(problems.map(({ message }) => message).join('\n'));
      }
      case 'recording': return this.budget(machine, command.budgetBytes);
      case 'breakpoints':
        this.applyBreakpoints(command.lines);
        return ACCEPTED;
      case 'stdin': return this.giveInput(new TextEncoder().encode(command.text));
      case 'stdin-eof':
        this.inputEnded = true;
        return this.giveInput(new Uint8Array());
    }
  }

  /** Loads a further program beside what runs. */
  add(program: Program, name: string, args: readonly string[]): RunAccepted {
    if (this.machine === null || this.phase === 'ended' || this.phase === 'empty') return refused('The machine has ended: press Run to start it again, then add the program.');
    this.machine.add(program, name, args);
    return this.happened();
  }

  /** Something came from outside: who waited may go on, and the window hears of it. */
  private happened(): RunAccepted {
    this.statusDue = true;
    this.scheduleTick();
    if (this.phase === 'blocked') this.enter('running');
    return ACCEPTED;
  }

  /** Answers at once: no slice is running while this is called. */
  query<N extends QueryName>(name: N, argument: QueryMap[N][0]): Answer<QueryMap[N][1]> {
    return this.machine ? this.machine.query(name, argument) : emptyAnswer(name, argument);
  }

  private travel(machine: Machine, target: TravelTarget): RunAccepted {
    const { ok, message } = machine.travel(target);
    if (!ok) return refused(message);
    this.stepping = null;
    this.enter('running');
    return ACCEPTED;
  }

  private budget(machine: Machine, budgetBytes: number): RunAccepted {
    if (!machine.setRecordingBudget(budgetBytes)) return refused('This run keeps the recording that it began with.');
    this.statusDue = true;
    this.scheduleTick();
    return ACCEPTED;
  }

  private pause(): RunAccepted {
    if (this.machine?.isTravelling === true) {
      this.machine.endTravel();
      this.after('arrived', this.machine);
      return ACCEPTED;
    }
    if (this.phase === 'running' || this.phase === 'blocked') {
      this.stepping = null;
      this.enter('paused');
    }
    return ACCEPTED;
  }

  private resume(step: 'into' | 'over' | 'out' | null): RunAccepted {
    if (this.phase === 'ended') return refused('The program has ended: press Run to start it again.');
    if (this.phase === 'paused') {
      this.paceFrom = null;
      this.stepping = step;
      this.enter('running');
    }
    return ACCEPTED;
  }

  private stop(machine: Machine, reason: string): RunAccepted {
    if (machine.isTravelling) return this.pause();
    if (this.phase !== 'ended') {
      this.starting = null;
      this.startMessage = '';
      machine.stop(reason);
      this.stepping = null;
      // The second pass that explains the leaks may still have to run; a second stop gives it up.
      this.enter(machine.state === 'exited' ? 'ended' : 'running');
    }
    return ACCEPTED;
  }

  private reclaim(machine: Machine): RunAccepted {
    if (this.phase !== 'ended') return refused('The operating system reclaims memory after the program has ended.');
    machine.reclaim();
    this.statusDue = true;
    this.scheduleTick();
    return ACCEPTED;
  }

  private giveInput(bytes: Uint8Array): RunAccepted {
    this.machine?.inputComes();
    if (bytes.byteLength > 0) this.input.push(bytes);
    if (this.phase === 'blocked') this.enter('running');
    return ACCEPTED;
  }

  private takeInput(limit: number): Uint8Array | null | 'wait' {
    const first = this.input[0];
    if (!first) return this.inputEnded ? null : 'wait';
    if (first.byteLength <= limit) this.input.shift();
    else this.input[0] = first.subarray(limit);
    return first.subarray(0, limit);
  }

  private applyBreakpoints(lines: readonly number[]): void {
    this.breakpoints = lines;
    const all = this.pauseLine > 0 ? [...lines, this.pauseLine] : lines;
    this.machine?.setBreakpoints(all.map((line) => ({ file: this.file, line })));
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.statusDue = true;
    this.scheduleTick();
    if (phase === 'running') this.scheduleSlice();
  }

  private scheduleSlice(delay = 0): void {
    if (this.sliceScheduled) return;
    this.sliceScheduled = true;
    const next = (): void => {
      this.sliceScheduled = false;
      this.slice();
    };
    if (this.console.full || delay >= 1) this.options.later(next, Math.max(delay, this.console.full ? TICK_MS : 0));
    else this.options.soon(next);
  }

  private slice(): void {
    const machine = this.machine;
    if (!machine || this.phase !== 'running') return;
    if (this.starting) this.startSome(machine, this.starting);
    else if (!this.console.full) {
      const from = this.options.now();
      const reason = this.stepping ? machine.step(this.stepping, this.sliceInstructions) : machine.run(this.sliceInstructions);
      this.adapt(this.options.now() - from);
      this.after(reason, machine);
    }
    this.statusDue = true;
    this.scheduleTick();
    if (this.phase === 'running') this.scheduleSlice(this.paceDelay(machine));
  }

  /** Starts processes of a mix for about a slice's time. */
  private startSome(machine: Machine, starting: Starting): void {
    const until = this.options.now() + SLICE_MS;
    do {
      const script = starting.scripts.get(starting.order[starting.next] ?? '');
      if (!script) throw new Error('a process without a script');
      if (machine.startWorkloads(script, 1) === 0) {
        this.startMessage = `RAM has room for ${String(starting.next)} of ${String(starting.order.length)} processes.`;
        starting.next = starting.order.length;
      } else starting.next++;
    } while (starting.next < starting.order.length && this.options.now() < until);
    if (starting.next < starting.order.length) this.startMessage = `Starting processes: ${String(starting.next)} of ${String(starting.order.length)}`;
    else {
      if (!this.startMessage.startsWith('RAM')) this.startMessage = '';
      this.starting = null;
    }
  }

  /** How long the next slice waits, so that simulated time does not run ahead of real time. */
  private paceDelay(machine: Machine): number {
    if (this.pace === 0 || this.starting) return 0;
    const seconds = machine.counters().cycles / CYCLES_PER_SECOND;
    const now = this.options.now();
    this.paceFrom ??= { seconds, now };
    const ahead = (seconds - this.paceFrom.seconds) / this.pace - (now - this.paceFrom.now) / 1000;
    // A machine that is slower than real time starts the count anew: it does not make up for it later.
    if (ahead < -1) this.paceFrom = { seconds, now };
    return Math.max(0, Math.min(MOST_DELAY_MS, ahead * 1000));
  }

  /** Keeps slices near SLICE_MS; grows at most twofold, so that one lucky slice does not make the next one long. */
  private adapt(elapsedMs: number): void {
    const factor = Math.min(2, SLICE_MS / Math.max(elapsedMs, 0.1));
    this.sliceInstructions = Math.round(Math.min(LARGEST_SLICE, Math.max(this.smallestSlice, this.sliceInstructions * factor)));
  }

  private after(reason: StopReason, machine: Machine): void {
    switch (reason) {
      case 'quantum': return;
      case 'blocked':
      case 'deadlock': return this.enter('blocked');
      case 'exited':
      case 'limit': return this.enter('ended');
      case 'arrived':
      case 'breakpoint':
      case 'step':
      case 'paused':
        this.stepping = null;
        if (this.pauseLine > 0) {
          this.pauseLine = 0;
          this.applyBreakpoints(this.breakpoints);
        }
        return machine.state === 'exited' ? this.enter('ended') : this.enter('paused');
    }
  }

  private scheduleTick(): void {
    if (this.tickScheduled) return;
    this.tickScheduled = true;
    this.options.later(() => {
      this.tickScheduled = false;
      this.tick();
    }, TICK_MS);
  }

  private tick(): void {
    this.console.flush();
    if (this.statusDue && this.machine) {
      this.statusDue = false;
      const status = this.machine.query('status', null).value;
      const state = this.phase === 'paused' ? 'paused' : this.starting ? 'running' : status.state;
      const message = this.startMessage !== '' ? this.startMessage : this.phase === 'blocked' && status.message === '' ? 'Waiting for input' : status.message;
      this.options.post({ type: 'status', status: { ...status, state, message } });
    }
    if (!this.console.empty) this.scheduleTick();
  }
}

/** Line of the first statement of main, where a run that shall pause there stops. */
function firstLineOf(program: Program): number {
  const { debug, functions } = program.image;
  const main = functions[program.main];
  if (!main) return 0;
  for (let i = main.first; i < main.first + main.instructionCount; i++) {
    const line = debug.line[i] ?? 0;
    if (debug.statement[i] === 1 && line > main.line) return line;
  }
  return main.line;
}
