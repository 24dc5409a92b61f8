/**
 * The loop around the kernel: who runs, for how long, and what happens when the kernel leaves.
 *
 *   run ──▶ pick a ready thread ──▶ kernel.run(fuel) ──▶ why did it leave?
 *    ▲                                                    │ Fuel, Retry, Host: look at the request, go on
 *    └────────────────────────────────────────────────────┤ Break: entry of main, a step's own, or the user's: stop
 *                                                         └ Done: the library has freed its memory: the process ends
 *
 * Round robin with time slices of simulated instructions when several threads are ready; a slice is counted across
 * calls of `run`, so that the host's quanta change nothing in the trace.
 */
import { EventKind } from '../events/event-log';
import * as layout from '../kernel/memory-layout';
import { Leave } from '../kernel/memory-layout';
import { StoreExhausted } from '../paging/frame-table';
import type { Ending } from '../../shared/report';
import { Breakpoints } from './breakpoints';
import { currentWindow, enterFunction, frameBase, stackPointer } from './call-frames';
import type { Computer, Request } from './computer';
import { performJump } from './jumps';
import type { Process, Thread } from './process';
import { windowAbove } from './register-stack';
import { deliverSignal } from './signals';
import type { StackTable } from './stacks';
import { switchTo } from './switching';

/** The kernel is entered for at most this many instructions (kernel-interface.ts). */
export const QUANTUM_MAX = 5_000_000;
/** Time slice when several threads are ready: 1 ms at one instruction per cycle. */
const SLICE_INSTRUCTIONS = 3_000_000;
const FREEING_SLACK_SLOTS = 512;

export type Outcome = 'quantum' | 'blocked' | 'breakpoint' | 'ended';

export interface SchedulerOptions {
  /** Use the precise loop: exact stop at `stopAt`, watch call outs. */
  readonly precise: boolean;
  /** End the program after exactly this many instructions (precise only); -1: never. */
  readonly stopAt: number;
  /** Run __pw_freeres after exit when the checker is on. */
  readonly freeResources: boolean;
  /** The process is about to be over: its state is complete and nothing was reclaimed. */
  readonly ended: (process: Process) => void;
}

export class Scheduler {
  readonly breakpoints: Breakpoints;

  constructor(readonly computer: Computer, readonly stacks: StackTable, private readonly options: SchedulerOptions) {
    this.breakpoints = new Breakpoints(computer.code);
    if (options.stopAt >= 0) computer.store.writeCount(layout.ST_STOP_AT, options.stopAt);
  }

  /** Watches for the entry of main, so that views can tell what happened before it. */
  watchMain(process: Process): void {
    this.breakpoints.add(this.mainIndex(process), 'main');
  }

  /** Runs at most about `instructions` instructions. */
  run(instructions: number): Outcome {
    let left = instructions;
    while (left > 0) {
      const thread = this.pick();
      if (thread === null) return this.computer.processes.some((process) => process.phase === 'alive' || process.phase === 'freeing') ? 'blocked' : 'ended';
      const fuel = this.fuelFor(thread, left);
      if (fuel === 0) continue;
      const before = this.computer.instructions();
      const stop = this.runThread(thread, fuel);
      left -= Math.max(1, this.computer.instructions() - before);
      if (stop !== null) return stop;
    }
    return this.allEnded() ? 'ended' : 'quantum';
  }

  /** Executes exactly one instruction of the running thread. */
  stepOne(): Outcome | null {
    const { computer } = this;
    const thread = computer.current;
    if (thread === null || thread.state === 'ended') return 'ended';
    if (thread.state === 'blocked') thread.state = 'ready';
    if (this.fuelFor(thread, 1) === 0) return 'ended';
    const hidden = this.breakpoints.hidden(computer.store.read32(layout.ST_PC));
    this.noteMain(thread);
    return this.enter(thread, () => computer.kernel.step(hidden), true);
  }

  /** Ends every process that still lives, as from outside. */
  endAll(ending: Ending): void {
    for (const process of this.computer.processes) {
      const thread = process.threads[0];
      if (process.phase === 'alive' && thread !== undefined) {
        switchTo(this.computer, thread);
        process.ending = ending;
        this.finish(process);
      } else if (process.phase === 'freeing') {
        this.leaveFreeing(process);
        this.finish(process);
      }
    }
  }

  allEnded(): boolean {
    return this.computer.processes.every((process) => process.phase === 'ended' || process.phase === 'reclaimed');
  }

  /** The thread that runs next: the current one within its slice, else the next ready one in order; blocked ones are tried again. */
  private pick(): Thread | null {
    const { computer } = this;
    const threads = computer.processes.flatMap((process) => process.threads).filter((thread) => thread.state !== 'ended');
    if (threads.length === 0) return null;
    const at = computer.current === null ? -1 : threads.indexOf(computer.current);
    const current = threads[at];
    if (current !== undefined && current.state === 'ready' && current.slice > 0) return current;
    for (let i = 1; i <= threads.length; i++) {
      const thread = threads[(at + i + threads.length) % threads.length];
      if (thread?.state !== 'ready') continue;
      thread.slice = SLICE_INSTRUCTIONS;
      switchTo(computer, thread);
      return thread;
    }
    return null;
  }

  /** Blocked threads try their read again: there may be input now. */
  wake(): void {
    for (const process of this.computer.processes) {
      for (const thread of process.threads) if (thread.state === 'blocked') thread.state = 'ready';
    }
  }

  /** Fuel within limits; 0 when a limit has just ended the program. */
  private fuelFor(thread: Thread, left: number): number {
    const { computer } = this;
    const { maxInstructions } = computer.config;
    const now = computer.instructions();
    if (this.options.stopAt >= 0 && now >= this.options.stopAt) {
      this.endAll({ kind: 'stopped', reason: 'replayed to its end' });
      return 0;
    }
    if (maxInstructions > 0 && now >= maxInstructions && thread.process.phase === 'alive' && this.options.stopAt < 0) {
      this.endAll({ kind: 'limit', limit: 'instructions', reason: `the program ran for more than ${String(maxInstructions)} instructions` });
      return 0;
    }
    const room = maxInstructions > 0 && thread.process.phase === 'alive' && this.options.stopAt < 0 ? maxInstructions - now : Infinity;
    return Math.min(left, room, QUANTUM_MAX, Math.max(1, thread.slice));
  }

  private runThread(thread: Thread, fuel: number): Outcome | null {
    const { computer } = this;
    const pc = computer.store.read32(layout.ST_PC);
    if (thread.stoppedAt === pc || this.isMachineBreak(pc)) {
      this.noteMain(thread);
      thread.stoppedAt = -1;
      return this.enter(thread, () => computer.kernel.step(this.breakpoints.hidden(pc)), false);
    }
    thread.stoppedAt = -1;
    return this.enter(thread, () => (this.options.precise ? computer.kernel.runPrecise(fuel) : computer.kernel.run(fuel)), false);
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
    try {
      leave = run();
    } catch (error) {
      if (!(error instanceof StoreExhausted)) throw error;
      computer.request = null;
      this.endAll({ kind: 'limit', limit: 'store', reason: 'the memory of the simulation itself is used up; give the machine less RAM or the program less work' });
      return 'ended';
    }
    const ran = computer.instructions() - before;
    thread.slice -= ran;
    thread.process.instructions += ran;
    thread.process.cycles += computer.cycles() - cyclesBefore;
    const { request } = computer;
    if (request !== null) {
      computer.request = null;
      return this.act(thread, request);
    }
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

  private noteMain(thread: Thread): void {
    const { process } = thread;
    if (process.mainEntered >= 0 || this.computer.store.read32(layout.ST_PC) !== this.mainIndex(process)) return;
    process.mainEntered = this.computer.instructions();
    const index = this.mainIndex(process);
    if (this.computer.processes.every((other) => other.mainEntered >= 0 || this.mainIndex(other) !== index)) this.breakpoints.remove(index, 'main');
  }

  private mainIndex(process: Process): number {
    const main = process.program.image.functions[process.program.main];
    if (main === undefined) throw new Error('the program has no main');
    return process.image.codeBase + main.first;
  }

  private act(thread: Thread, request: Request): Outcome | null {
    const { process } = thread;
    if (process.phase === 'freeing' && request.kind !== 'block') {
      this.leaveFreeing(process);
      return this.finish(process);
    }
    switch (request.kind) {
      case 'block':
        thread.state = 'blocked';
        return this.computer.processes.some((other) => other.threads.some((t) => t.state === 'ready')) ? null : 'blocked';
      case 'jump':
        if (performJump(this.computer, request.jump)) return null;
        return this.computer.request === null ? null : this.act(thread, this.takeRequest(this.computer.request));
      case 'exit':
        process.ending = { kind: 'exit', status: request.status };
        return this.options.freeResources && this.computer.checking ? this.enterFreeing(thread) : this.finish(process);
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

  private takeRequest(request: Request): Request {
    this.computer.request = null;
    return request;
  }

  /** After exit: the library frees what it holds for itself, as Memcheck has it do (__libc_freeres). */
  private enterFreeing(thread: Thread): Outcome | null {
    const { computer } = this;
    const { process } = thread;
    const window = currentWindow(computer);
    process.exitPlace = { pc: computer.store.read32(layout.ST_PC), windowOffset: window - computer.store.read32(layout.ST_R_BASE) };
    process.phase = 'freeing';
    const fn = computer.code.functionById(computer.store.read32(window + layout.REC_FUNCTION));
    const distance = 16 * ((fn?.fn.windowSlots ?? 0) + FREEING_SLACK_SLOTS);
    const sp = (stackPointer(computer, window) - 128n) & ~15n;
    const callerF = frameBase(computer, window);
    const freeing = process.library.image.functions[process.program.freeResources];
    const entered = enterFunction(computer, {
      functionId: process.library.functionBase + process.program.freeResources, args: [], callerDistance: distance,
      window: windowAbove(computer, distance, freeing?.windowSlots ?? 0), returnIndex: layout.RETURN_TO_HOST, sp, callerF,
    });
    if (entered) return null;
    computer.request = null;
    this.leaveFreeing(process);
    return this.finish(process);
  }

  private firstFrameReturned(process: Process): Outcome | null {
    if (process.phase !== 'freeing') throw new Error('the start function returned');
    this.leaveFreeing(process);
    return this.finish(process);
  }

  /** Back to the moment of exit: call frames and stack as the program left them. */
  private leaveFreeing(process: Process): void {
    if (process.exitPlace === null) return;
    this.computer.store.write32(layout.ST_PC, process.exitPlace.pc);
    this.computer.store.write32(layout.ST_R, this.computer.store.read32(layout.ST_R_BASE) + process.exitPlace.windowOffset);
  }

  private finish(process: Process): Outcome | null {
    process.phase = 'ended';
    for (const thread of process.threads) thread.state = 'ended';
    const status = process.ending?.kind === 'exit' ? process.ending.status : process.ending?.kind === 'signal' ? 128 + process.ending.signal : 0;
    this.computer.log(EventKind.Process, 0, 0, status, 0, 1);
    this.options.ended(process);
    return this.allEnded() ? 'ended' : null;
  }
}
