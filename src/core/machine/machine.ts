/**
 * The machine's front door: `createMachine`, used by src/host and src/cli (see machine-api.ts for the rules of calling).
 *
 *   empty ─load─▶ paused ⇄ running ──ended──▶ (explaining: the second pass) ──▶ exited ─reclaim─▶ exited
 *
 * `run` goes on with the second pass when the program has ended with leaks, so that a caller only runs until 'exited'.
 */
import type { LeakCheckResult } from '../checker/checker-api';
import type { Program } from '../lir/lir';
import { knownProgram } from '../lir/same-image';
import type { RunConfig } from '../../shared/config';
import type { Counters, RunResult } from '../../shared/report';
import type { Answer, MachineState, QueryMap, QueryName } from '../../shared/views';
import type { FieldProblem } from '../../shared/machine-fields';
import { configure } from './configure';
import type { FieldChange } from './configure';
import { EndedProcesses } from './ended-processes';
import type { InputEvent, Stamp } from './input-log';
import { LeakExplanation } from './leak-explanation';
import type { Machine, MachineLoading, MachineOptions, MachinePorts, StopReason } from './machine-api';
import { Pass } from './pass';
import type { Process } from './process';
import type { SegmentChange } from '../../shared/views-segments';
import { answerQuery } from './queries';
import { changeSegments } from './query-segments';
import type { QueryContext } from './queries';
import { reclaimProcess } from './reclaim';
import { assembleResult, endingText } from './run-result';
import { ramHash, sanityCheck } from './sanity';
import type { Outcome } from './scheduler';
import { Stepper } from './stepper';
import { DeviceStatus, statusSentence } from '../swap/swap-device';
import { CannotImage } from '../image/encode';
import { PassImages } from '../image/pass-image';
import { FILLED_SECTIONS, PassFilling, judged, readSaved } from '../snapshot/machine-loading';
import { SECTIONS } from '../snapshot/machine-sections';
import type { MachineFields, SavedMachine } from '../snapshot/machine-sections';
import { machineParts } from '../snapshot/machine-snapshot';
import type { SnapshotLabel } from '../snapshot/machine-snapshot';
import type { Snapshot, SnapshotBytes } from '../snapshot/snapshot';
import { CannotSave } from '../snapshot/swap-pages';
import type { SnapshotParts } from '../snapshot/writer';
import { RecordedSwap } from '../timeline/recorded-swap';
import { Timeline } from '../timeline/timeline';
import type { TravelTarget } from '../../shared/timeline';
import { switchTo } from './switching';
import { TimelineInput } from './timeline-input';
import { UserBreakpoints } from './user-breakpoints';
import type { SourceLine } from './user-breakpoints';
import type { WorkloadScript } from '../workload/script';

/**
 * Builds a machine with its own store and kernel instance.
 *
 * @param config what to simulate and how to check; fixed for the machine's life
 * @param ports where standard output goes and standard input comes from; synchronous, never throw
 * @param kernel the compiled kernel module (out/kernel/kernel.wasm)
 * @param options whether its run is recorded
 */
export function createMachine(config: RunConfig, ports: MachinePorts, kernel: WebAssembly.Module, options: MachineOptions = { timelineBytes: 0 }): Machine {
  return new SimulatedMachine(config, ports, kernel, options);
}

/**
 * Makes the machine that a snapshot holds; it is handed out when all its pages have come and it was found sound.
 * @param saved what the snapshot begins with, when the caller has read it already
 * @throws SnapshotDamage when it cannot be
 */
export function createMachineFromSnapshot(snapshot: SnapshotBytes, ports: MachinePorts, kernel: WebAssembly.Module, options: MachineOptions = { timelineBytes: 0 }, saved = readSaved(snapshot)): MachineLoading {
  return new SimulatedMachine(saved.config, ports, kernel, options).fill(snapshot, saved);
}

/** Slices in which a machine returns to the end of its recording. */
const RETURN_INSTRUCTIONS = 5_000_000;

class SimulatedMachine implements Machine {
  private readonly pass: Pass;
  private readonly images: PassImages;
  private readonly input: TimelineInput;
  private readonly stepper: Stepper;
  private readonly timeline: Timeline | null;
  /** What the recording ended with, while the machine stands at an earlier moment; null: it goes on. */
  private end: { readonly result: RunResult; readonly message: string } | null = null;
  private readonly programs: Program[] = [];
  private readonly breakpoints: UserBreakpoints;
  private readonly explanation: LeakExplanation;
  private readonly others: EndedProcesses;
  private phase: MachineState = 'empty';
  private message = '';
  private epoch = 0;
  /** This engine made all of the run. */
  private isReplayable = true;

  constructor(readonly config: RunConfig, ports: MachinePorts, kernel: WebAssembly.Module, { timelineBytes }: MachineOptions) {
    this.input = new TimelineInput((limit) => ports.input(limit));
    const { slotCount } = config.machine.swap;
    const swap = timelineBytes > 0 && slotCount > 0 ? new RecordedSwap(slotCount, ports.swap ?? null) : null;
    this.pass = new Pass(config, swap === null ? ports : { ...ports, swap }, this.input, kernel, { precise: false, stopAt: -1, endsWith: -1, ended: (process) => { this.processEnded(process); } });
    this.images = new PassImages(this.pass);
    this.breakpoints = new UserBreakpoints(this.pass);
    this.explanation = new LeakExplanation(this.pass, kernel);
    this.others = new EndedProcesses(this.pass);
    this.stepper = new Stepper(this.pass.computer, this.pass.scheduler);
    this.timeline = timelineBytes > 0 ? new Timeline(this.pass, this.images, this.input, swap, this.stepper, { setUserBreakpoints: () => this.breakpoints.apply() }, timelineBytes) : null;
  }

  get state(): MachineState {
    return this.phase;
  }

  load(program: Program): number {
    this.images.know(program);
    const process = this.pass.load(program);
    this.programs.push(program);
    this.phase = 'paused';
    this.message = '';
    this.breakpoints.apply();
    const first = this.primary?.threads[0];
    if (first !== undefined && this.pass.computer.current === null) switchTo(this.pass.computer, first);
    this.epoch++;
    return process.key;
  }

  add(linked: Program, name: string, args: readonly string[]): number {
    if (this.phase === 'exited' || this.explanation.isRunning) throw new Error('the machine has ended');
    const start = { path: name, args: [name, ...args], environment: this.config.environment };
    const program = knownProgram(linked, this.images.programs);
    this.images.know(program);
    this.goOnDifferently();
    this.input.note({ kind: 'load', ...this.pass.computer.stamp(), program, name, args });
    const process = this.pass.load(program, start);
    this.breakpoints.apply();
    if (this.phase === 'empty') this.phase = 'paused';
    this.epoch++;
    return process.key;
  }

  signal(processKey: number, signal: number): boolean {
    return this.tell(processKey, (pid, at) => ({ kind: 'signal', ...at, pid, signal }));
  }

  focus(processKey: number): boolean {
    const process = processKey === 0 ? this.primary : this.pass.computer.processes.key(processKey);
    if (process?.threads[0]?.state !== 'ready') return false;
    if (process === this.pass.computer.current?.process) return true;
    this.stepper.cancel();
    return this.tell(processKey, (pid, at) => ({ kind: 'focus', ...at, pid }));
  }

  renice(processKey: number, nice: number): boolean {
    return this.tell(processKey, (pid, at) => ({ kind: 'nice', ...at, pid, nice }));
  }

  /** Something from outside happens to a process that lives: it enters the input log. */
  private tell(processKey: number, event: (pid: number, at: Stamp) => InputEvent): boolean {
    const process = processKey === 0 ? this.primary : this.pass.computer.processes.key(processKey);
    if (process === null || process.isOver || this.explanation.isRunning) return false;
    this.goOnDifferently();
    const happened = event(process.pid, this.pass.computer.stamp());
    this.input.note(happened);
    this.pass.apply(happened);
    this.epoch++;
    return true;
  }

  configure(changes: readonly FieldChange[]): readonly FieldProblem[] {
    if (this.phase === 'exited' || this.explanation.isRunning) return [{ path: '', message: 'The machine has ended: start it again with the new configuration.' }];
    const { computer } = this.pass;
    const at = computer.stamp();
    const problems = configure(computer, changes);
    // RAM that could not shrink enough was reclaimed all the same.
    if (problems.length === 0 || problems.some(({ path }) => path === 'frameCount')) this.goOnDifferently();
    if (problems.length === 0 || problems.some(({ path }) => path === 'frameCount')) this.input.note({ kind: 'configure', ...at, changes });
    if (problems.length > 0) return problems;
    this.epoch++;
    return [];
  }

  startWorkloads(script: WorkloadScript, count: number): number {
    if (this.phase === 'exited') throw new Error('the machine has ended');
    this.goOnDifferently();
    this.input.note({ kind: 'workloads', ...this.pass.computer.stamp(), script, count });
    const made = this.pass.startWorkloads(script, count);
    if (this.phase === 'empty') this.phase = 'paused';
    this.epoch++;
    return made;
  }

  run(instructions: number): StopReason {
    if (this.phase === 'exited') return this.endReason();
    if (this.phase === 'empty') throw new Error('no program is loaded');
    this.epoch++;
    this.stepper.cancel();
    this.phase = 'running';
    this.message = '';
    if (this.explanation.isRunning) return this.explain(instructions);
    if (this.timeline?.isTravelling === true) return this.travelOn(this.timeline, instructions);
    if (this.timeline?.isPast === true) return this.play(this.timeline, instructions);
    this.timeline?.record();
    this.pass.scheduler.wake();
    const before = this.pass.computer.instructions();
    const outcome = this.pass.scheduler.run(instructions);
    this.pass.recorder?.drain();
    if (outcome !== 'ended') return this.stopped(outcome);
    return this.ended(Math.max(1, instructions - (this.pass.computer.instructions() - before)));
  }

  step(how: 'into' | 'over' | 'out', instructions: number): StopReason {
    if (this.phase === 'exited') return this.endReason();
    if (this.phase === 'empty') throw new Error('no program is loaded');
    this.epoch++;
    this.phase = 'running';
    if (this.explanation.isRunning) return this.explain(instructions);
    if (this.timeline?.isTravelling === true) return this.travelOn(this.timeline, instructions);
    if (this.timeline?.isPast === true) return this.stepAgain(this.timeline, how, instructions);
    this.timeline?.record();
    this.pass.scheduler.wake();
    const outcome = this.stepper.step(how, instructions);
    if (outcome === 'ended') return this.ended(instructions);
    if (outcome !== 'step') return this.stopped(outcome);
    this.phase = 'paused';
    return 'step';
  }

  setBreakpoints(lines: readonly SourceLine[]): readonly boolean[] {
    return this.breakpoints.set(lines);
  }

  changeSegments(change: SegmentChange): { readonly ok: boolean; readonly message: string } {
    if (this.phase === 'empty' || this.explanation.isRunning) return { ok: false, message: 'No program is loaded.' };
    const { computer } = this.pass;
    const at = computer.stamp();
    const done = changeSegments(computer, change);
    if (!done.ok) return done;
    if (this.phase !== 'exited') this.goOnDifferently();
    this.epoch++;
    if (this.phase !== 'exited') this.input.note({ kind: 'segments', ...at, change });
    return done;
  }

  counters(): Counters {
    return this.pass.computer.counters();
  }

  result(): RunResult {
    if (this.end !== null) return this.end.result;
    const { primary } = this;
    return assembleResult(this.config, this.pass.computer, primary, this.explanation.records, this.others.all);
  }

  query<N extends QueryName>(name: N, argument: QueryMap[N][0]): Answer<QueryMap[N][1]> {
    const context: QueryContext = {
      pass: this.pass, state: this.phase, message: this.message, epoch: this.epoch, primary: this.primary,
      result: () => (this.phase === 'empty' ? null : this.result()), timeline: this.phase === 'empty' ? null : this.timeline?.info() ?? null,
    };
    return { epoch: this.epoch, value: answerQuery(context, name, argument) };
  }

  stop(reason: string): void {
    this.epoch++;
    if (this.phase === 'exited' || this.phase === 'empty') return;
    if (this.explanation.isRunning) { this.explanation.giveUp(); this.exited(); return; }
    if (this.timeline?.isPast === true && !this.returnTo(this.timeline)) return;
    this.input.note({ kind: 'stop', ...this.pass.computer.stamp(), reason });
    this.pass.scheduler.endAll({ kind: 'stopped', reason });
    this.stepper.cancel();
    this.ended(0);
  }

  reclaim(): void {
    this.epoch++;
    for (const process of this.pass.computer.processes) {
      if (process.phase === 'ended') this.message = reclaimProcess(this.pass.computer, process);
    }
  }

  travel(target: TravelTarget): { readonly ok: boolean; readonly message: string } {
    const { timeline } = this;
    if (timeline === null) return { ok: false, message: 'This machine does not record its run: only the present can be seen.' };
    if (timeline.refusal !== '') return { ok: false, message: timeline.refusal };
    if (this.explanation.isRunning) return { ok: false, message: 'The leaks are being explained: wait a moment, then go back.' };
    if (!timeline.isPast && this.phase === 'exited') this.end = { result: this.result(), message: this.message };
    this.epoch++;
    this.phase = 'running';
    timeline.begin(target);
    return { ok: true, message: '' };
  }

  setRecordingBudget(budgetBytes: number): boolean {
    if (this.timeline === null || budgetBytes <= 0) return false;
    this.timeline.setBudget(budgetBytes);
    return true;
  }

  inputComes(): void {
    if (this.timeline?.isPast !== true) return;
    this.goOnDifferently();
    this.epoch++;
  }

  get isTravelling(): boolean {
    return this.timeline?.isTravelling === true;
  }

  get isExplaining(): boolean {
    return this.explanation.isRunning;
  }

  endTravel(): void {
    if (this.timeline?.isTravelling !== true) return;
    this.timeline.cancel();
    this.epoch++;
    this.landed(this.timeline);
  }

  snapshotParts(label: SnapshotLabel): SnapshotParts {
    if (this.isTravelling) throw new CannotSave('The machine is on its way to another moment: save it when it has arrived.');
    const wasPast = this.timeline?.isPast === true;
    const fields: MachineFields = {
      phase: this.phase === 'running' ? 'paused' : this.phase, message: this.message, explained: wasPast ? null : this.explanation.records, isExplaining: this.explanation.isRunning,
      others: wasPast ? this.others.soFar() : this.others.all, breakpointLines: this.breakpoints.lines, loaded: this.programs, wasPast, isReplayable: this.isReplayable,
    };
    try {
      return machineParts(this.pass, this.images, { config: this.config, fields, input: this.input.held() }, label);
    } catch (error) {
      throw error instanceof CannotImage ? new CannotSave(`The machine cannot be saved: ${error.message}.`) : error;
    }
  }

  /** Takes over what a snapshot holds; called right after the machine was made. */
  fill(snapshot: SnapshotBytes, saved: SavedMachine): MachineLoading {
    for (const program of saved.programs) this.images.know(program);
    this.isReplayable = saved.fields.isReplayable === true && snapshot.about.isOwnEngine;
    if (this.isReplayable && this.timeline !== null) judged(SECTIONS.programs, () => { this.recordBeginning(saved.fields.loaded); });
    this.input.adopt(saved.input);
    const filling = new PassFilling(snapshot, this.pass, this.images);
    const finish = (whole: Pick<Snapshot, 'pageNumbers'>): Machine => {
      filling.finish(whole);
      this.takeOver(saved.fields);
      return this;
    };
    return { sections: FILLED_SECTIONS, taker: filling.taker, finish };
  }

  /** The state in which the saved run began: from there the input log leads through its past. */
  private recordBeginning(programs: readonly Program[]): void {
    if (programs.length === 0) return;
    for (const program of programs) this.load(program);
    this.timeline?.record();
  }

  private takeOver({ phase, message, explained, isExplaining, others, breakpointLines, loaded, wasPast }: MachineFields): void {
    this.phase = phase;
    this.message = message;
    this.explanation.records = explained;
    this.others.replace(others);
    this.breakpoints.lines = breakpointLines;
    this.programs.splice(0, Infinity, ...loaded);
    if (wasPast) this.pass.scheduler.setNextTick();
    this.epoch++;
    if (phase === 'exited' || isExplaining) this.timeline?.close();
    if (phase !== 'empty') this.timeline?.adopted();
    const { primary } = this;
    if (isExplaining && primary?.lastLeaks != null) this.beginExplaining(primary, primary.lastLeaks);
  }

  sanityCheck(): readonly string[] {
    return sanityCheck(this.pass.computer);
  }

  ramHash(): string {
    return ramHash(this.pass.computer);
  }

  private travelOn(timeline: Timeline, instructions: number): StopReason {
    if (!timeline.run(instructions)) return 'quantum';
    return this.landed(timeline);
  }

  /** What was recorded, once more: to its end, or to a breakpoint. */
  private play(timeline: Timeline, instructions: number): StopReason {
    const reached = timeline.play(instructions);
    if (reached === 'budget') return 'quantum';
    const landed = this.landed(timeline);
    return reached === 'head' ? landed : 'breakpoint';
  }

  private stepAgain(timeline: Timeline, how: 'into' | 'over' | 'out', instructions: number): StopReason {
    const reached = timeline.step(how, instructions);
    if (reached === 'budget') return 'quantum';
    const landed = this.landed(timeline);
    return reached === 'head' ? landed : reached;
  }

  /** The machine stands where it was asked to go. */
  private landed(timeline: Timeline): StopReason {
    this.message = '';
    this.phase = 'paused';
    if (timeline.isPast || this.end === null) return 'arrived';
    this.message = this.end.message;
    this.end = null;
    this.phase = 'exited';
    return 'arrived';
  }

  /** Back to the end of the recording at once, to stop there; false: the recording has an end already. */
  private returnTo(timeline: Timeline): boolean {
    const hasEnded = this.end !== null;
    timeline.begin({ kind: 'head' });
    while (!timeline.run(RETURN_INSTRUCTIONS));
    this.landed(timeline);
    return !hasEnded;
  }

  /** Something new comes from outside. Behind the head the rest of the recording is forgotten. */
  private goOnDifferently(): void {
    if (this.timeline?.isPast !== true) return;
    const status = this.timeline.branch();
    if (status !== DeviceStatus.Ok) this.message = statusSentence(status, true);
    this.end = null;
    this.explanation.records = null;
    this.others.replace(this.others.soFar());
    this.phase = 'paused';
  }

  /** The process that the result is about: the first one loaded. */
  private get primary(): Process | null {
    return this.pass.computer.processes.first;
  }

  /** At the very end of a process, nothing reclaimed yet. */
  private processEnded(process: Process): void {
    if (process.program === null) return;
    this.checkLeaks(process);
    if (!this.input.isReplay && process !== this.primary) this.others.note(process);
  }

  private checkLeaks(process: Process): void {
    if (process.ending?.kind === 'limit' && process.ending.limit === 'store') return;
    if (this.config.check.tool === 'memcheck' && this.config.check.leakCheck !== 'no') process.lastLeaks = process.heap?.leakCheck() ?? null;
  }

  private stopped(outcome: Exclude<Outcome, 'ended'>): StopReason {
    if (outcome === 'halted' || outcome === 'overshot') throw new Error('a machine that records was replayed');
    if (outcome === 'breakpoint') this.phase = 'paused';
    if (outcome === 'blocked') this.message = 'Waiting for input';
    if (outcome === 'deadlock') this.message = 'No process can go on: each waits for another, or for a signal';
    return outcome;
  }

  private exited(): void {
    const ending = this.primary?.ending ?? null;
    this.phase = 'exited';
    this.message = ending === null ? '' : endingText(ending, this.config.machine.profile);
  }

  private endReason(): StopReason {
    return this.primary?.ending?.kind === 'limit' ? 'limit' : 'exited';
  }

  /** All processes have ended: explain the leaks, or be done. */
  private ended(instructionsLeft: number): StopReason {
    this.timeline?.close();
    const { primary } = this;
    const leaks = primary?.lastLeaks ?? null;
    if (primary !== null && leaks !== null) this.beginExplaining(primary, leaks);
    if (!this.explanation.isRunning) {
      this.exited();
      return this.endReason();
    }
    this.phase = 'running';
    return instructionsLeft > 0 ? this.explain(instructionsLeft) : 'quantum';
  }

  private beginExplaining(primary: Process, leaks: LeakCheckResult): void {
    if (this.explanation.begin(primary, leaks, this.programs, this.input.entries)) this.message = 'Looking for the lines that lost the blocks';
  }

  private explain(instructions: number): StopReason {
    if (!this.explanation.run(instructions)) return 'quantum';
    this.exited();
    return this.endReason();
  }
}
