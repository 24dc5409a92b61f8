/**
 * The loop around the kernel: who runs, for how long, and what happens when the kernel leaves.
 *
 *   run ──▶ pick a ready thread ──▶ kernel.run(fuel) ──▶ why did it leave?
 *    ▲                                                    │ Fuel: was the slice used up? did a timer go off?
 *    └────────────────────────────────────────────────────┤ Retry, Host: look at the request, go on
 *                                                         ├ Break: entry of main, a step's own, or the user's: stop
 *                                                         └ Done: the library has freed its memory: the process ends
 *
 * Who runs next is run-queues.ts: priorities, slices by weight, no work that grows with the number of processes. A slice
 * is counted across calls of `run`, and timers are looked at only every 0.25 ms of instructions, so that the host's
 * quanta change nothing in the trace. The timer interrupt comes at safe points only, whether the machine
 * runs or is stepped; where it did something it is written into the input log: a replay, which can stop at any
 * instruction (replay-course.ts), lets it happen at the very same ones.
 *
 * When no thread is ready and a timer is set, the clock jumps to it: the machine was idle.
 */
import * as layout from '../kernel/memory-layout';
import { Leave } from '../kernel/memory-layout';
import { Op } from '../kernel/ops';
import { StoreExhausted } from '../paging/frame-table';
import type { Ending } from '../../shared/report';
import { Breakpoints } from './breakpoints';
import type { Computer, Request } from './computer';
import { finishProcess } from './exit';
import { enterFreeing, leaveFreeing } from './freeing';
import type { InputEvent } from './input-log';
import { performJump } from './jumps';
import { MainWatch } from './main-watch';
import type { Process, Thread, WaitReason } from './process';
import { ReplayCourse } from './replay-course';
import { deliverDue, deliverSignal } from './signals';
import type { StackTable } from './stacks';
import { switchTo } from './switching';
import { runTimers } from './timer-work';

/** The kernel is entered for at most this many instructions (kernel-interface.ts). */
export const QUANTUM_MAX = 5_000_000;
/** How often timers are looked at while one is set. */
const TICK_INSTRUCTIONS = 750_000;
/** Idle cycles that count as one instruction of `run`. */
const IDLE_CYCLES = 10_000;

/**
 * deadlock: processes live, none can go on, and nothing but a signal from outside could change that. Of a replay only:
 * halted, it stands where it was to stop; overshot, it was carried past that (replay-course.ts).
 */
export type Outcome = 'quantum' | 'blocked' | 'breakpoint' | 'ended' | 'deadlock' | 'halted' | 'overshot';

export interface SchedulerOptions {
  /** Use the precise loop: exact stop at `stopAt`, watch call outs. */
  readonly precise: boolean;
  /** End the program after exactly this many instructions (precise only); -1: never. */
  readonly stopAt: number;
  /** Replay: the process at whose end (before it frees the library's memory) the run is over; −1: at the end of all. */
  endsWith: number;
  /** The process is about to be over: its state is complete and nothing was reclaimed. */
  readonly ended: (process: Process) => void;
}

export class Scheduler {
  readonly breakpoints: Breakpoints;
  private readonly mains: MainWatch;
  /** The process with which the replay ends has come to its end. */
  private isOver = false;
  /** Instruction count at which timers are looked at next: the first multiple of TICK_INSTRUCTIONS that no safe point has seen. */
  nextTick = TICK_INSTRUCTIONS;
  readonly course: ReplayCourse;
  /** Does what an event of the input log says; set by whoever knows (machine.ts, second-pass.ts). */
  apply: (event: InputEvent) => void = () => undefined;
  /** Makes the running process another program (execve); set by whoever loads programs (pass.ts). */
  execute: (thread: Thread, request: Extract<Request, { kind: 'exec' }>) => void = () => undefined;

  constructor(readonly computer: Computer, readonly stacks: StackTable, private readonly options: SchedulerOptions) {
    this.breakpoints = new Breakpoints(computer.code);
    this.mains = new MainWatch(computer, this.breakpoints);
    this.course = new ReplayCourse(computer);
    this.course.precise = options.precise;
  }

  /** Watches for the entry of its main. */
  watchMain(process: Process): void {
    this.mains.watch(process);
  }

  /** Runs at most about `instructions` instructions, and no further than to where `until` would run. */
  run(instructions: number, until: Thread | null = null): Outcome {
    const { computer } = this;
    let left = instructions;
    while (left > 0) {
      this.replayEvents();
      if (this.course.isHalted) return 'halted';
      const thread = this.pick();
      if (thread === null) {
        if (computer.processes.living === 0) return 'ended';
        const idled = this.idle();
        // Idle time uses the caller's budget up too, slowly, so that a machine that sleeps most of the time gives control back.
        if (idled >= 0) { left -= Math.max(1, Math.floor(idled / IDLE_CYCLES)); continue; }
        return computer.inputWaiters.size > 0 ? 'blocked' : 'deadlock';
      }
      if (thread === until) return 'quantum';
      const ending = this.deliverDue(thread);
      if (ending !== null) { if (ending === 'ended') return 'ended'; continue; }
      const fuel = this.fuelFor(thread, left);
      if (this.isOver) return 'ended';
      if (fuel === 0) continue;
      const before = computer.instructions();
      const stop = this.runThread(thread, fuel);
      left -= Math.max(1, computer.instructions() - before);
      if (!this.course.check()) return 'overshot';
      if (stop !== null) return stop;
    }
    if (this.course.isHalted) return 'halted';
    return this.allEnded() ? 'ended' : 'quantum';
  }

  /** Executes exactly one instruction of `wanted`, or none when it is another's turn. */
  stepOne(wanted: Thread | null): Outcome | null {
    const { computer } = this;
    this.replayEvents();
    if (this.course.isHalted) return 'halted';
    const thread = this.pick();
    if (thread !== null && thread !== wanted) return null;
    if (thread === null) return computer.processes.living === 0 ? 'ended' : computer.inputWaiters.size > 0 ? 'blocked' : 'deadlock';
    const ending = this.deliverDue(thread);
    if (ending !== null) return ending === 'ended' ? 'ended' : null;
    if (this.fuelFor(thread, 1) === 0) return this.allEnded() ? 'ended' : null;
    this.mains.note(thread.process);
    return this.enter(thread, () => this.stepKernel(), true);
  }

  /** Gives the processor to whoever is next, as `run` does, when nobody has it or the thread that had it is over. False: nobody is ready. */
  choose(): boolean {
    const { current } = this.computer;
    if (current !== null && current.state !== 'ended') return true;
    this.replayEvents();
    return this.course.isHalted || this.pick() !== null;
  }

  /** Gives the processor to a thread at once, out of turn. False: it is not ready. */
  focus(thread: Thread): boolean {
    const { computer } = this;
    if (thread.state !== 'ready') return false;
    const { current, queues } = computer;
    if (current === thread) return true;
    queues.remove(thread);
    if (current?.state === 'ready' && current.queue === -1) queues.putBack(current);
    switchTo(computer, thread);
    computer.reschedule = false;
    return true;
  }

  /** Ends every process that still lives, as from outside. */
  endAll(ending: Ending): void {
    for (const process of [...this.computer.processes]) {
      const thread = process.threads[0];
      if (process.phase === 'alive' && thread !== undefined) {
        switchTo(this.computer, thread);
        process.ending = ending;
        this.finish(process);
      } else if (process.phase === 'freeing' && thread !== undefined) {
        switchTo(this.computer, thread);
        leaveFreeing(this.computer, process);
        this.finish(process);
      }
    }
  }

  allEnded(): boolean {
    return this.computer.processes.living === 0;
  }

  /** The thread that runs next; the running one unless something said to look. */
  private pick(): Thread | null {
    const { computer } = this;
    const { queues, current } = computer;
    if (current?.state === 'ready') {
      queues.remove(current);
      if (!computer.reschedule) return current;
      computer.reschedule = false;
      computer.turns++;
      if (queues.waiting === 0) return current;
      if (current.slice <= 0) queues.expire(current);
      else if (queues.hasBetterThan(current)) queues.putBack(current);
      else return current;
    }
    const next = queues.take();
    if (next === null) return null;
    computer.reschedule = false;
    computer.turns++;
    switchTo(computer, next);
    return next;
  }

  /** Signals that are due come before the thread runs on, unless its system call must look first. Not null: it does not run now. */
  private deliverDue(thread: Thread): 'ended' | 'again' | null {
    const { process } = thread;
    if (!process.signalsDue || thread.inCall || process.phase === 'freeing') return null;
    this.computer.turns++;
    const ending = deliverDue(this.computer, this.stacks, this.computer.config.check.numCallers);
    this.computer.request = null;
    if (ending !== null) {
      process.ending = ending;
      return this.finish(process) === null ? 'again' : 'ended';
    }
    return process.isStopped ? 'again' : null;
  }

  /** Nobody is ready: the clock goes on to the next timer. Cycles that it went; −1 when none is set. */
  private idle(): number {
    const { computer } = this;
    const { next } = computer.timers;
    if (next === Infinity) return -1;
    const idled = Math.max(0, next - computer.cycles());
    computer.turns++;
    computer.chargeCycles(idled);
    runTimers(computer, next);
    return idled;
  }

  /** Input may have come: those who wait for it try again. Called when the host gives the machine time. */
  wake(): void {
    const { computer } = this;
    if (computer.inputWaiters.size === 0 || !computer.input.arrived()) return;
    computer.input.note({ kind: 'wake', ...computer.stamp() });
    this.wakeReaders();
  }

  /** Those who wait for input become ready. */
  wakeReaders(): void {
    this.computer.wakeAll(this.computer.inputWaiters);
  }

  /** Replay: lets happen what the log has at this moment, as far as the replay shall go. */
  private replayEvents(): void {
    const { computer } = this;
    while (computer.input.isReplay && !this.course.isHalted) {
      const event = computer.input.due(computer.stamp());
      if (event === null) return;
      if (event.kind === 'tick') this.tick();
      else if (event.kind === 'wake') this.wakeReaders();
      else this.apply(event);
    }
  }

  /** The timer interrupt, at a safe point: written down when it does something. */
  private interrupt(thread: Thread): void {
    const { computer } = this;
    const now = computer.instructions();
    const timersDue = now >= this.nextTick && computer.timers.next <= computer.cycles();
    const sliceOver = thread.slice <= 0 && computer.queues.waiting > 0;
    if (now >= this.nextTick) this.setNextTick();
    if (!timersDue && !sliceOver) return;
    computer.input.note({ kind: 'tick', ...computer.stamp() });
    this.tick();
  }

  /** The timers were looked at now. */
  setNextTick(): void {
    this.nextTick = (Math.floor(this.computer.instructions() / TICK_INSTRUCTIONS) + 1) * TICK_INSTRUCTIONS;
  }

  private tick(): void {
    runTimers(this.computer, this.computer.cycles());
    this.computer.reschedule = true;
  }

  /** Fuel within limits; 0 when a limit has just ended the program. */
  private fuelFor(thread: Thread, left: number): number {
    const { computer } = this;
    const now = computer.instructions();
    if (this.options.stopAt >= 0 && now >= this.options.stopAt) {
      this.endAll({ kind: 'stopped', reason: 'replayed to its end' });
      return 0;
    }
    if (computer.input.isReplay) return this.course.fuel(thread.process.workload !== null, Math.min(left, QUANTUM_MAX), this.options.stopAt);
    const { maxInstructions } = computer.config;
    const isLimited = maxInstructions > 0 && thread.process.phase === 'alive';
    if (isLimited && now >= maxInstructions) {
      computer.input.note({ kind: 'limit', ...computer.stamp() });
      this.endAtLimit();
      return 0;
    }
    const room = isLimited ? maxInstructions - now : Infinity;
    const slice = computer.queues.waiting > 0 ? Math.max(1, thread.slice) : Infinity;
    return Math.min(left, room, QUANTUM_MAX, slice, Math.max(1, this.nextTick - now));
  }

  /** The limit of instructions is reached: everything ends. */
  endAtLimit(): void {
    const { maxInstructions } = this.computer.config;
    this.endAll({ kind: 'limit', limit: 'instructions', reason: `the program ran for more than ${String(maxInstructions)} instructions` });
  }

  private runThread(thread: Thread, fuel: number): Outcome | null {
    const { computer } = this;
    const { workload } = thread.process;
    if (workload !== null) return this.enter(thread, () => { workload.run(fuel); return Leave.Fuel; }, false);
    const pc = computer.store.read32(layout.ST_PC);
    if (thread.stoppedAt === pc || this.isMachineBreak(pc)) {
      this.mains.note(thread.process);
      thread.stoppedAt = -1;
      return this.enter(thread, () => this.stepKernel(), false);
    }
    thread.stoppedAt = -1;
    const isPrecise = computer.input.isReplay ? this.course.isExact : this.options.precise;
    return this.enter(thread, () => (isPrecise ? computer.kernel.runPrecise(fuel) : computer.kernel.run(fuel)), false);
  }

  /** One instruction, that under a breakpoint too. At a safe point it leaves as `run` does, so that stepping changes nothing in the trace. */
  private stepKernel(): number {
    const { computer } = this;
    const pc = computer.store.read32(layout.ST_PC);
    const op = this.breakpoints.opAt(pc);
    const leave = computer.kernel.step(this.breakpoints.hidden(pc));
    const next = computer.store.read32(layout.ST_PC);
    return leave === Leave.Step && next !== pc + 1 && (next <= pc || op >= Op.CALL) ? Leave.Fuel : leave;
  }

  /** Only the machine itself wants to know of this place: nothing to stop for. */
  private isMachineBreak(pc: number): boolean {
    return this.breakpoints.has(pc, 'main') && !this.breakpoints.has(pc, 'user') && !this.breakpoints.has(pc, 'step');
  }

  /** Enters the kernel, counts what ran, and acts on why it left. */
  private enter(thread: Thread, run: () => number, stepping: boolean): Outcome | null {
    const { computer } = this;
    const before = computer.instructions();
    const cyclesBefore = computer.cycles();
    let leave: number;
    computer.mayWait = true;
    try {
      leave = run();
    } catch (error) {
      if (!(error instanceof StoreExhausted)) throw error;
      computer.request = null;
      this.endAll({ kind: 'limit', limit: 'store', reason: 'the memory of the simulation itself is used up; give the machine less RAM or the program less work' });
      return 'ended';
    } finally {
      computer.mayWait = false;
    }
    const ran = computer.instructions() - before;
    thread.slice -= ran;
    thread.process.instructions += ran;
    thread.process.cycles += computer.cycles() - cyclesBefore;
    thread.process.history.sample(computer.cycles(), thread.process.space.residentPages, thread.process.minorFaults + thread.process.majorFaults);
    const { request } = computer;
    if (request !== null || leave === Leave.Done) computer.turns++;
    if (request !== null) {
      computer.request = null;
      const stop = this.act(thread, request);
      if (thread.slice <= 0) computer.reschedule = true;
      return stop;
    }
    if (leave === Leave.Fuel && !computer.input.isReplay) this.interrupt(thread);
    if (leave === Leave.Done) return this.firstFrameReturned(thread.process);
    if (leave === Leave.Break && !stepping) return this.atBreak(thread);
    return null;
  }

  private atBreak(thread: Thread): Outcome | null {
    const pc = this.computer.store.read32(layout.ST_PC);
    if (this.breakpoints.hidden(pc) < 0) throw new Error(`a BREAK that nobody set at instruction ${String(pc)}`);
    if (this.isMachineBreak(pc)) return null;
    if (!this.breakpoints.has(pc, 'user') && !this.breakpoints.has(pc, 'step')) return null;
    thread.stoppedAt = pc;
    return 'breakpoint';
  }

  private act(thread: Thread, request: Request): Outcome | null {
    const { process } = thread;
    if (process.phase === 'freeing' && request.kind !== 'block' && request.kind !== 'sleep' && request.kind !== 'yield' && request.kind !== 'signals') {
      leaveFreeing(this.computer, process);
      return this.finish(process);
    }
    switch (request.kind) {
      case 'block':
        this.block(thread, request.reason);
        request.queue?.add(thread);
        return null;
      case 'sleep':
        this.block(thread, request.reason);
        this.computer.timers.set(request.untilCycle, { kind: 'wake', thread });
        return null;
      case 'signals':
        return this.deliverDue(thread) === 'ended' ? 'ended' : null;
      case 'exec':
        this.execute(thread, request);
        return null;
      case 'yield':
        thread.slice = 0;
        this.computer.reschedule = true;
        return null;
      case 'jump':
        if (performJump(this.computer, request.jump)) return null;
        return this.computer.request === null ? null : this.act(thread, this.takeRequest(this.computer.request));
      case 'exit':
        process.ending = { kind: 'exit', status: request.status };
        return this.computer.checking && process.key !== this.options.endsWith && enterFreeing(this.computer, process) ? null : this.finish(process);
      case 'limit':
        process.ending = { kind: 'limit', limit: request.limit, reason: request.reason };
        return this.finish(process);
      case 'signal': {
        const ending = deliverSignal(this.computer, this.stacks, request.signal, this.computer.config.check.numCallers);
        if (ending === null) return null;
        this.computer.request = null;
        process.ending = ending;
        return this.finish(process);
      }
    }
  }

  private block(thread: Thread, reason: WaitReason): void {
    thread.state = 'blocked';
    thread.waitingFor = reason;
  }

  private takeRequest(request: Request): Request {
    this.computer.request = null;
    return request;
  }

  private firstFrameReturned(process: Process): Outcome | null {
    if (process.phase !== 'freeing') throw new Error('the start function returned');
    leaveFreeing(this.computer, process);
    return this.finish(process);
  }

  private finish(process: Process): Outcome | null {
    if (process.program !== null && process.mainEntered < 0) this.mains.forget(process);
    if (process.key === this.options.endsWith) {
      this.isOver = true;
      return 'ended';
    }
    finishProcess(this.computer, process, this.options.ended);
    return this.allEnded() ? 'ended' : null;
  }
}
