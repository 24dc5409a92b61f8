/**
 * Processes and threads: plain state. What moves it lives in scheduler.ts (who runs), loader.ts (how one comes to be)
 * and endings.ts (how one ends).
 *
 *   thread:   ready ⇄ running,  running → blocked (read without input) → ready,  running → ended
 *   process:  alive → ending (the library frees its own memory) → ended (nothing reclaimed yet) → reclaimed
 */
import type { CheckerMachine, LeakCheckResult } from '../checker/checker-api';
import type { ObservableHeap } from '../heap/heap-service';
import { STACK_TOP_VA } from '../lir/lir';
import type { Program } from '../lir/lir';
import type { AddressSpace } from '../paging/address-space';
import type { Ending } from '../../shared/report';
import type { DescriptorTable } from './file-system';
import type { LoadedImage } from './code-area';

export interface SavedThread {
  pc: number; r: number; rBase: number; rLimit: number;
  /** ST_PROGRESS, ST_PROGRESS_DATUM (four words), then the extra results ST_RESULT (64 words). */
  readonly rest: Uint32Array;
}

export class Thread {
  state: 'ready' | 'blocked' | 'ended' = 'ready';
  /** Valid while another thread runs. */
  readonly saved: SavedThread = { pc: 0, r: 0, rBase: 0, rLimit: 0, rest: new Uint32Array(68) };
  /** Pages of the register stack. */
  registerPages = 0;
  /** Instructions left of its time slice. */
  slice = 0;
  /** Code index of the breakpoint that it was last stopped at: the next run goes over it. -1: none. */
  stoppedAt = -1;

  constructor(readonly key: number, readonly process: Process) {}
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
  /** Kernel first-fit heap bounds (ST_HEAP_BASE, ST_HEAP_END) while another process runs. */
  readonly heapBounds = new Uint32Array(4);
  heapStarted = false;
  /** ST_STACK_LOW while another process runs. */
  stackLow = STACK_TOP_VA;
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
    readonly key: number, readonly pid: number, readonly parent: number, readonly name: string, readonly command: string,
    readonly program: Program, readonly space: AddressSpace, readonly images: readonly LoadedImage[],
    readonly textMaps: { readonly address: number; readonly count: number }, readonly files: DescriptorTable,
  ) {}

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

  /** Machine-wide id of main. */
  get mainId(): number {
    return this.image.functionBase + this.program.main;
  }
}
