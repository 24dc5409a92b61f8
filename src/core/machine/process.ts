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
import type { DescriptorTable } from './file-system';
import type { LoadedImage } from './code-area';
import type { WaitQueue } from './wait-queue';
import type { Workload } from './workload-port';

export interface SavedThread {
  pc: number; r: number; rBase: number; rLimit: number;
  /** ST_PROGRESS, ST_PROGRESS_DATUM (four words), then the extra results ST_RESULT (64 words). */
  readonly rest: Uint32Array;
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
  /** Pages of the register stack. */
  registerPages = 0;
  /** Instructions left of its time slice; may be below zero, by what a safe point was late. */
  slice = 0;
  /** Code index of the breakpoint that it was last stopped at: the next run goes over it. -1: none. */
  stoppedAt = -1;
  /** Links and place in the run queues (run-queues.ts). */
  next: Thread | null = null;
  previous: Thread | null = null;
  queue: -1 | 0 | 1 = -1;
  queuePriority = 0;

  constructor(readonly key: number, readonly process: Process) {}
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
  /** Handlers set by signal(): va of the function, 0n default, 1n ignored. */
  readonly handlers = new Map<number, bigint>();
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
  /** −20 (most of the processor) to 19. */
  nice = 0;
  /** Kernel first-fit heap bounds (ST_HEAP_BASE, ST_HEAP_END) while another process runs. */
  readonly heapBounds = new Uint32Array(4);
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
  /** First time that a return found its return address or saved frame pointer changed. */
  smashed: { readonly what: string; readonly value: bigint; readonly site: number } | null = null;
  /** Text of a failed assert(), '' when none failed. */
  assertion = '';

  constructor(
    readonly key: number, readonly pid: number, public parent: number, readonly name: string, readonly command: string,
    readonly body: ProcessBody, readonly space: AddressSpace, readonly files: DescriptorTable,
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
