/**
 * Processes and threads: plain state. What moves it lives in scheduler.ts (who runs), loader.ts and fork.ts (how one
 * comes to be), exit.ts (how one ends) and signals.ts.
 *
 *   thread:   ready ⇄ running,  running → blocked (input, a child, a pipe, a timer, a device) → ready,
 *             any → stopped (SIGSTOP) → as before (SIGCONT),  any → ended
 *   process:  alive → freeing (the library frees its own memory) → ended (nothing reclaimed yet) → reclaimed
 *
 * A forked process is reclaimed at its end, and is a zombie until its parent waits for it, as on Linux. A process that
 * the user loaded is kept as it was at its end, for the views, until "Let the OS reclaim".
 */
import type { CheckerMachine, LeakCheckResult } from '../checker/checker-api';
import type { ObservableHeap } from '../heap/heap-service';
import type { Program } from '../lir/lir';
import type { AddressSpace } from '../paging/address-space';
import type { Ending } from '../../shared/report';
import type { DescriptorTable } from './descriptors';
import type { LoadedImage } from './code-area';
import { ProcessHistory } from './process-history';
import type { PendingSignal } from './computer';
import type { SharedSegment } from './shared-memory';
import type { Timer } from './timers';
import { WaitQueue } from './wait-queue';
import type { Workload } from './workload-port';

/** Words of the kernel heap's state. */
export const HEAP_WORDS = 6;

export interface SavedThread {
  pc: number; r: number; rBase: number; rLimit: number;
  /** ST_PROGRESS, ST_PROGRESS_DATUM (four words), then the extra results ST_RESULT (64 words). */
  readonly rest: Uint32Array;
}

/** sigaction(2): va of the handler, 0n default, 1n ignored; SA_* flags; signals blocked while it runs. */
export interface SignalAction { readonly handler: bigint; readonly flags: number; readonly mask: bigint }

/** What the end of a process gave back: frames and pages before and after its teardown. */
export interface ExitFigures {
  readonly cycle: number; readonly instruction: number;
  readonly residentPages: number; readonly swappedPages: number; readonly tablePages: number; readonly virtualPages: number;
  /** Frames in use in the whole machine. */
  readonly usedFramesBefore: number; readonly usedFramesAfter: number;
  readonly usedSlotsBefore: number; readonly usedSlotsAfter: number;
}

/** What a thread waits for, in the words of the views; '' while it does not. */
export type WaitReason = '' | 'input' | 'child' | 'pipe' | 'timer' | 'device' | 'signal';

export class Thread {
  state: 'ready' | 'blocked' | 'stopped' | 'ended' = 'ready';
  waitingFor: WaitReason = '';
  waitQueue: WaitQueue | null = null;
  /** Stopped: what it goes on as. */
  resume: 'ready' | 'blocked' = 'ready';
  /** Valid while another thread runs. */
  readonly saved: SavedThread = { pc: 0, r: 0, rBase: 0, rLimit: 0, rest: new Uint32Array(68) };
  /** Base of FS: its thread control block; 0: it has no thread-local variables. */
  fsBase = 0n;
  /** Pages of the register stack. */
  registerPages = 0;
  /** Instructions left of its time slice; may be below zero, by what a safe point was late. */
  slice = 0;
  /** Code index of the breakpoint that it was last stopped at: the next run goes over it. -1: none. */
  stoppedAt = -1;
  /** It waits in a system call, which looks again when it is woken: signals are dealt with there. */
  inCall = false;
  /** Bytes that a write in parts has done, clock at which a sleep ends (−1: none is under way). */
  callProgress = 0;
  sleepUntil = -1;
  /** Links and place in the run queues (run-queues.ts). */
  next: Thread | null = null;
  previous: Thread | null = null;
  queue: -1 | 0 | 1 = -1;
  queuePriority = 0;

  constructor(readonly key: number, readonly process: Process) {}
}

/** What a program is started with. */
export interface StartInformation {
  /** argv[0] and AT_EXECFN. */
  readonly path: string;
  /** argv, the first one included. */
  readonly args: readonly string[];
  readonly environment: readonly string[];
}

/** Code of a process: a program with its images, or a light workload. */
export interface ProcessBody {
  readonly program: Program | null;
  readonly workload: Workload | null;
  readonly images: readonly LoadedImage[];
  readonly textMaps: { readonly address: number; readonly count: number };
}

export class Process {
  readonly threads: Thread[] = [];
  /** What the program wants done about each signal; absent: the default. */
  readonly actions = new Map<number, SignalAction>();
  /** Signal mask: bit signal − 1. */
  blockedSignals = 0n;
  /** Sent and not delivered yet, in the order of sending. */
  pendingSignals: PendingSignal[] = [];
  /** A pending signal is not blocked: it is delivered before the program runs on. */
  signalsDue = false;
  /** Mask that comes back after the handler that ends a sigsuspend; null: none is under way. */
  suspendedMask: bigint | null = null;
  /** alarm(2) and setitimer(ITIMER_REAL). */
  alarm: Timer | null = null;
  alarmInterval = 0;
  /** Process group. */
  group = 0;
  /** Those that it forked and did not wait for yet, in the order of forking. */
  readonly children = new Set<Process>();
  /** Who waits for it; null: init does, at once. */
  parentProcess: Process | null = null;
  /** Waits for a child's end or stop. */
  readonly childWait = new WaitQueue();
  /** Came from fork: goes as on Linux, torn down at its end, a zombie until it is waited for. */
  isForked = false;
  isZombie = false;
  /** /proc/PID/oom_score_adj, -1,000 (never) to 1,000. */
  oomScoreAdj = 0;
  /** The out-of-memory killer has chosen it. */
  oomVictim = false;
  isStopped = false;
  /** Stop or continuation that waitpid has not told of yet. */
  stopReport: 'stopped' | 'continued' | null = null;
  stopSignal = 0;
  /** System V shared memory attached at an address. */
  readonly attached = new Map<bigint, SharedSegment>();
  exitFigures: ExitFigures | null = null;
  ending: Ending | null = null;
  phase: 'alive' | 'freeing' | 'ended' | 'reclaimed' = 'alive';
  /** Where the program stood when it asked to exit. */
  exitPlace: { readonly pc: number; readonly windowOffset: number } | null = null;
  minorFaults = 0;
  majorFaults = 0;
  instructions = 0;
  /** Simulated cycles spent in it, system time included. */
  cycles = 0;
  /** Clock at its start. */
  startCycle = 0;
  startInstruction = 0;
  /** Made at the first sample; reads as empty before. */
  readonly history = new ProcessHistory();
  endedInstruction = -1;
  /** What it was started with. */
  start: StartInformation = { path: '', args: [], environment: [] };
  /** −20 (most of the processor) to 19. */
  nice = 0;
  /** Kernel first-fit heap (ST_HEAP_BASE, ST_HEAP_END, ST_HEAP_FREE) while another process runs. */
  readonly heapBounds = new Uint32Array(HEAP_WORDS);
  heapStarted = false;
  /** ST_STACK_LOW while another process runs. */
  stackLow = 0n;
  /** Instruction count at which main was entered; -1 before. */
  mainEntered = -1;
  heap: ObservableHeap | null = null;
  /** The machine as this process's heap and checker see it. */
  port: CheckerMachine | null = null;
  /** Result of the last leak check that the program asked for, or of the one at the end. */
  lastLeaks: LeakCheckResult | null = null;
  /** abort() has called the program's handler already. */
  aborting = false;
  /** Error records that the port was told of. */
  reportedErrors = 0;
  /** First time that a return found its return address or saved frame pointer changed. */
  smashed: { readonly what: string; readonly value: bigint; readonly site: number } | null = null;
  /** Text of a failed assert(), '' when none failed. */
  assertion = '';

  constructor(
    readonly key: number, readonly pid: number, public parent: number, public name: string, public command: string,
    public body: ProcessBody, public space: AddressSpace, readonly files: DescriptorTable,
  ) {}

  /** Null for a light workload. */
  get program(): Program | null {
    return this.body.program;
  }

  /** Null for a program. */
  get workload(): Workload | null {
    return this.body.workload;
  }

  get images(): readonly LoadedImage[] {
    return this.body.images;
  }

  get textMaps(): { readonly address: number; readonly count: number } {
    return this.body.textMaps;
  }

  get image(): LoadedImage {
    const image = this.images[0];
    if (image === undefined) throw new Error('a process without an image');
    return image;
  }

  get library(): LoadedImage {
    const library = this.images[1];
    if (library === undefined) throw new Error('a process without a library');
    return library;
  }

  /** Machine-wide id of main; -1 for a light workload. */
  get mainId(): number {
    return this.program === null ? -1 : this.image.functionBase + this.program.main;
  }

  get isOver(): boolean {
    return this.phase === 'ended' || this.phase === 'reclaimed';
  }
}
