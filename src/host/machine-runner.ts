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
 *
 * While somebody holds the machine (`hold`) it stands still in whatever state it is, and goes on from there when it is let go.
 */
import type { Machine, MachineOptions, MachinePorts, StopReason } from '../core/machine/machine-api';
import type { Program } from '../core/lir/lir';
import type { RunConfig } from '../shared/config';
import type { TravelTarget } from '../shared/timeline';
import type { RunAccepted, StreamMessage } from '../shared/ipc';
import type { Answer, QueryMap, QueryName } from '../shared/views';
import { ConsoleOutput } from './console-output';
import { ACCEPTED, refused, type BeginRequest, type ControlCommand } from './machine-protocol';
import { emptyAnswer } from './empty-answers';
import { MixStart } from './mix-start';
import { Pace } from './pace';
import { OutputRecord, type OutputExcerpt } from './report-html/output-record';
import type { SavedProgram, SavedSession } from './saved-session';
import { StandardInput } from './standard-input';

export interface RunnerOptions {
  readonly createMachine: (config: RunConfig, ports: MachinePorts, options: MachineOptions) => Machine;
  readonly post: (message: StreamMessage) => void;
  /** Calls `work` after pending messages were handled. */
  readonly soon: (work: () => void) => void;
  readonly later: (work: () => void, milliseconds: number) => void;
  readonly now: () => number;
}

export interface LoadRequest extends SavedProgram {
  readonly program: Program;
  readonly config: RunConfig;
  readonly breakpoints: readonly number[];
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
  /** Those who want the machine to stand still. */
  private holders = 0;
  /** What runs; null: workloads. */
  private program: SavedProgram | null = null;
  private breakpoints: readonly number[] = [];
  /** First line of main while the run shall pause there; 0: not. */
  private pauseLine = 0;
  private smallestSlice = SMALLEST_SLICE;
  /** A mix whose processes are being started. */
  private starting: MixStart | null = null;
  private startMessage = '';
  private readonly pace: Pace;
  private readonly input = new StandardInput();
  private readonly console: ConsoleOutput;
  /** What the processes wrote since the machine began, in bounds: a snapshot takes it along. */
  private readonly written = new OutputRecord();

  constructor(private readonly options: RunnerOptions) {
    this.console = new ConsoleOutput((stream, text, { pid, name }) => { options.post({ type: 'output', stream, text, droppedBytes: 0, pid, name }); });
    this.pace = new Pace(options.now);
  }

  /** What the machine at hand talks to. */
  readonly ports: MachinePorts = {
    output: (stream, bytes, writer) => {
      this.console.write(stream, bytes, writer);
      this.written.writeBytes(stream, bytes, writer.pid, writer.name);
    },
    input: (limit) => this.input.take(limit),
  };

  /** Replaces whatever was there by a new machine with this program and lets it run. */
  start(request: LoadRequest): RunAccepted {
    const { file, sources, bitcode, compile, stdin } = request;
    this.clear({ file, sources, bitcode, compile, stdin });
    this.smallestSlice = SMALLEST_SLICE;
    this.input.begin(stdin);
    this.machine = this.options.createMachine(request.config, this.ports, { timelineBytes: request.timelineBytes });
    this.machine.load(request.program);
    this.pauseLine = request.pauseAtMain ? firstLineOf(request.program) : 0;
    this.applyBreakpoints(request.breakpoints);
    this.sliceInstructions = SMALLEST_SLICE * 10;
    this.enter('running');
    return ACCEPTED;
  }

  /** Replaces whatever was there by a new machine, and starts its processes in slices. */
  begin(request: BeginRequest): RunAccepted {
    this.clear(null);
    this.smallestSlice = SMALLEST_TOUCH_SLICE;
    this.input.begin('');
    this.machine = this.options.createMachine(request.config, this.ports, { timelineBytes: 0 });
    this.starting = new MixStart(request.scripts, request.order);
    this.pace.set(request.pace);
    this.sliceInstructions = SMALLEST_TOUCH_SLICE * 10;
    this.enter('running');
    return ACCEPTED;
  }

  /** Replaces whatever was there by a machine that was saved: it stands at that moment. */
  open(machine: Machine, session: SavedSession): void {
    this.clear(session.program);
    this.smallestSlice = session.program === null ? SMALLEST_TOUCH_SLICE : SMALLEST_SLICE;
    this.sliceInstructions = this.smallestSlice * 10;
    this.input.adopt(session.input);
    this.pace.set(session.pace);
    this.machine = machine;
    this.pauseLine = session.pauseLine;
    this.applyBreakpoints(session.breakpoints);
    this.showOutput(session.output);
    // Why the leaks leaked is still being looked for: nothing of the program runs meanwhile.
    this.enter(machine.state === 'exited' ? 'ended' : machine.isExplaining ? 'running' : 'paused');
  }

  /** What a snapshot of the machine at hand takes along. */
  session(): SavedSession {
    const { program, breakpoints, pauseLine } = this;
    return { program, breakpoints, pauseLine, output: this.written.excerpt(), input: this.input.held(), pace: this.pace.secondsPerSecond };
  }

  /** The machine, when a snapshot of it can be made; else why not. */
  get savable(): Machine | string {
    if (this.machine === null) return 'There is no machine to save: press Run first.';
    if (this.starting !== null) return 'Processes are still being started: save the machine when all of them are there.';
    return this.machine;
  }

  /** Lets the machine stand still until the function that it answers with is called; queries are answered, nothing else may be asked. */
  hold(): () => void {
    let holds = true;
    this.holders++;
    return () => {
      if (!holds) return;
      holds = false;
      this.holders--;
      this.pace.restart();
      if (this.holders === 0 && this.phase === 'running') this.scheduleSlice();
    };
  }

  /** Nothing is left of what was there before. */
  private clear(program: SavedProgram | null): void {
    this.program = program;
    this.starting = null;
    this.startMessage = '';
    this.stepping = null;
    this.pauseLine = 0;
    this.breakpoints = [];
    this.pace.set(0);
    this.console.clear();
    this.written.clear();
    this.options.post({ type: 'cleared' });
  }

  private showOutput(output: OutputExcerpt): void {
    this.written.adopt(output);
    for (const piece of output.head) this.options.post({ type: 'output', ...piece, droppedBytes: 0 });
    for (const [i, piece] of output.tail.entries()) this.options.post({ type: 'output', ...piece, droppedBytes: i === 0 ? output.left : 0 });
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
        this.input.end();
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
      this.pace.restart();
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
    this.input.give(bytes);
    if (this.phase === 'blocked') this.enter('running');
    return ACCEPTED;
  }

  private applyBreakpoints(lines: readonly number[]): void {
    this.breakpoints = lines;
    const all = this.pauseLine > 0 ? [...lines, this.pauseLine] : lines;
    this.machine?.setBreakpoints(all.map((line) => ({ file: this.program?.file ?? '', line })));
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
    if (!machine || this.phase !== 'running' || this.holders > 0) return;
    if (this.starting) this.startSome(machine, this.starting);
    else if (!this.console.full) {
      const from = this.options.now();
      const reason = this.stepping ? machine.step(this.stepping, this.sliceInstructions) : machine.run(this.sliceInstructions);
      this.adapt(this.options.now() - from);
      this.after(reason, machine);
    }
    this.statusDue = true;
    this.scheduleTick();
    if (this.phase === 'running') this.scheduleSlice(this.starting ? 0 : this.pace.delay(machine.counters().cycles));
  }

  /** Starts processes of a mix for about a slice's time. */
  private startSome(machine: Machine, starting: MixStart): void {
    const until = this.options.now() + SLICE_MS;
    const isDone = starting.advance(machine, () => this.options.now() < until);
    this.startMessage = starting.message;
    if (isDone) this.starting = null;
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
