/**
 * The result of a run as plain data: what reports in text, XML and JSON are written from and what the Leaks view shows.
 * Addresses are hexadecimal strings ("0x4a4b040") so that they survive JSON.
 */
import type { LeakKind } from './config';

export interface StackFrame {
  readonly ip: string;
  readonly fn: string;
  /** Object (image) path. */
  readonly obj: string;
  /** Source file as compiled; '' when unknown. */
  readonly file: string;
  readonly dir: string;
  readonly line: number;
  /** True for frames of the C library. */
  readonly library: boolean;
}
export type Stack = readonly StackFrame[];

/** What Memcheck says about an address, after "Address 0x… is ". */
export interface AddressDescription {
  /** The line as Memcheck words it, address included, e.g. "Address 0x4a4b044 is 0 bytes after a block of size 4 alloc'd". */
  readonly text: string;
  readonly kind: 'block' | 'freed' | 'stack' | 'global' | 'segment' | 'arena' | 'unknown';
  readonly blockId?: number;
  readonly blockSize?: number;
  /** Where the block was freed (freed blocks), then where it was allocated. */
  readonly stacks: readonly { readonly label: '' | 'Block was alloc\'d at'; readonly stack: Stack }[];
}

export type ErrorKind = 'InvalidRead' | 'InvalidWrite' | 'InvalidJump' | 'InvalidFree' | 'MismatchedFree' | 'Overlap' | 'FishyValue' | 'InvalidMemPool' | 'SyscallParam' | 'UninitCondition' | 'UninitValue' | 'ClientCheck';

export interface ErrorRecord {
  readonly findingId: number;
  readonly unique: number;
  readonly kind: ErrorKind;
  /** First line of the record, e.g. "Invalid read of size 4". */
  readonly what: string;
  readonly size: number;
  readonly address: string;
  readonly stack: Stack;
  readonly description: AddressDescription | null;
  /** How often it happened. */
  readonly count: number;
  /** Place of its last occurrence among all errors of the run, from 0. */
  readonly lastOccurrence: number;
  /** Simulated moment of the first occurrence. */
  readonly instruction: number;
  /** One plain sentence. */
  readonly sentence: string;
}

export type LossCause = 'overwritten' | 'holder-freed' | 'frame-popped' | 'never-stored' | 'holder-lost' | 'unknown';

export interface LossExplanation {
  readonly cause: LossCause;
  readonly file: string;
  readonly line: number;
  readonly fn: string;
  /** Name of the variable (or member path) that held the last pointer, '' if unknown. */
  readonly holder: string;
  readonly instruction: number;
  readonly stack: Stack;
}

export interface LossRecord {
  readonly findingId: number;
  readonly unique: number;
  readonly kind: LeakKind;
  readonly bytes: number;
  readonly indirectBytes: number;
  readonly blocks: number;
  readonly stack: Stack;
  readonly blockIds: readonly number[];
  /** "N bytes in M blocks are definitely lost in loss record i of n" */
  readonly what: string;
  readonly sentence: string;
  readonly explanation: LossExplanation | null;
  readonly suppressed: boolean;
}

export interface LeakTotals { readonly bytes: number; readonly blocks: number }

export interface HeapSummary {
  readonly inUseBytes: number; readonly inUseBlocks: number;
  readonly allocs: number; readonly frees: number; readonly allocatedBytes: number;
  /** Of these, what the C library allocated for itself. */
  readonly libraryBytes: number;
}

export interface LeakSummary {
  readonly definite: LeakTotals; readonly indirect: LeakTotals; readonly possible: LeakTotals;
  readonly reachable: LeakTotals; readonly suppressed: LeakTotals;
  /** Of the reachable, by heuristic. */
  readonly heuristics: Readonly<Record<string, LeakTotals>>;
}

/** How the program ended. */
export type Ending =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: number; readonly name: string; readonly code: string; readonly address: string; readonly cause: string; readonly stack: Stack; readonly stackOverflow: boolean;
      /** The cause in one plain sentence; '' or absent when there is nothing to add (a signal that the program sent itself). */
      readonly explanation?: string }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'limit'; readonly limit: 'instructions' | 'output' | 'heap' | 'store'; readonly reason: string };

export interface Counters {
  readonly instructions: number; readonly cycles: number; readonly accesses: number; readonly fetches: number;
  readonly l1dMisses: number; readonly l1iMisses: number; readonly l2Hits: number; readonly l2Misses: number;
  readonly walks: number; readonly walkReads: number; readonly calls: number;
  readonly minorFaults: number; readonly majorFaults: number;
}

/** What became of one process. */
export interface ProcessResult {
  readonly pid: number; readonly programName: string; readonly args: readonly string[];
  /** Key of the process in its machine, and the machine's instruction count at its end; absent in results of one process alone. */
  readonly processKey?: number; readonly endedInstruction?: number;
  /** Made by fork. */
  readonly isForked?: boolean;
  readonly tool: 'memcheck' | 'none';
  readonly ending: Ending;
  /** As a shell sees it: status, or 128 + signal. */
  readonly exitStatus: number;
  readonly errors: readonly ErrorRecord[];
  /** Null when leak checking was off or never reached. */
  readonly leaks: { readonly records: readonly LossRecord[]; readonly summary: LeakSummary } | null;
  readonly heap: HeapSummary | null;
  readonly errorCount: number; readonly errorContexts: number;
  readonly suppressedErrors: number; readonly suppressedContexts: number;
}

/** What became of a run: its first process, the counters of the whole machine, and the other processes. */
export interface RunResult extends ProcessResult {
  readonly format: 1;
  /** Processes of programs beside the first, in the order of their ends; absent: there were none. */
  readonly others?: readonly ProcessResult[];
  readonly counters: Counters;
  readonly simulatedSeconds: number;
}
