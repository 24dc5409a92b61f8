/** One moment of a run in numbers, so that two moments can be compared after the machine has gone elsewhere. */
import type { Moment } from './timeline';
import type { LeakTotals } from './report';
import type { ProcessRow, VmaRow } from './views';

/** Stacks that are listed one by one; the others are one sum. */
export const MOMENT_STACK_LIMIT = 1_000;
/** Mappings and processes that are listed one by one, the largest first. */
export const MOMENT_ROW_LIMIT = 2_000;

/** Mappings of a process with the same kind and name. */
export interface MomentMapping {
  readonly processKey: number; readonly pid: number; readonly kind: VmaRow['kind']; readonly name: string;
  readonly mappings: number; readonly bytes: number; readonly residentBytes: number; readonly swapBytes: number;
}
export interface MomentFrame { readonly fn: string; readonly file: string; readonly line: number; readonly library: boolean }
/** Live blocks of all processes that were allocated by the same calls, innermost first. */
export interface MomentStack { readonly frames: readonly MomentFrame[]; readonly bytes: number; readonly blocks: number }
/** `state` as in the list of processes. */
export type MomentProcess = Pick<ProcessRow, 'processKey' | 'pid' | 'name' | 'state' | 'rssBytes' | 'swapBytes' | 'minorFaults' | 'majorFaults'>;
export interface MomentLeaks { readonly definite: LeakTotals; readonly indirect: LeakTotals; readonly possible: LeakTotals; readonly reachable: LeakTotals }

export interface MomentSummary {
  readonly moment: Moment;
  /** Live blocks of all processes; the stacks and their rest add up to it. */
  readonly heap: LeakTotals;
  /** The largest by bytes. */
  readonly stacks: readonly MomentStack[];
  readonly otherStacks: LeakTotals & { readonly stacks: number };
  /** What the last leak checks of the processes found; null: none has run by this moment. */
  readonly leaks: MomentLeaks | null;
  readonly mappings: readonly MomentMapping[];
  readonly otherMappings: { readonly mappings: number; readonly bytes: number; readonly residentBytes: number; readonly swapBytes: number };
  readonly processes: readonly MomentProcess[];
  readonly otherProcesses: { readonly processes: number; readonly rssBytes: number; readonly swapBytes: number; readonly minorFaults: number; readonly majorFaults: number };
  /** Page faults of all processes so far by kind (FaultColumns.kind); those of which the log keeps only the number come last, as `forgottenFaults`. */
  readonly faults: readonly number[];
  readonly forgottenFaults: number;
}
