/** One moment of a run in numbers, so that two moments can be compared after the machine has gone elsewhere. */
import type { LeakKind, SystemProfile } from './config';
import type { Moment } from './timeline';
import type { LeakTotals } from './report';
import type { ProcessRow, VmaRow } from './views';

/** Stacks, and loss records, that are listed one by one; the others are one sum. */
export const MOMENT_STACK_LIMIT = 1_000;
/** Mappings and processes that are listed one by one, the largest first. */
export const MOMENT_ROW_LIMIT = 2_000;
/** Lines that are listed with their faults, those with the most first. */
export const MOMENT_LINE_LIMIT = 500;

/** One VMA of a process. */
export interface MomentMapping {
  readonly processKey: number; readonly pid: number; readonly kind: VmaRow['kind']; readonly name: string;
  /** [low, high), as hexadecimal text. */
  readonly low: string; readonly high: string; readonly permissions: string;
  readonly bytes: number; readonly residentBytes: number; readonly swapBytes: number;
}
export interface MomentFrame { readonly fn: string; readonly file: string; readonly line: number; readonly library: boolean }
/** The newest of the blocks that a row is about. */
export interface MomentBlock { readonly processKey: number; readonly blockId: number }
/** Live blocks of all processes that were allocated by the same calls, innermost first. */
export interface MomentStack extends MomentBlock { readonly frames: readonly MomentFrame[]; readonly bytes: number; readonly blocks: number }
export interface MomentLoss extends MomentStack { readonly kind: LeakKind }
/** `state` as in the list of processes. */
export type MomentProcess = Pick<ProcessRow, 'processKey' | 'pid' | 'name' | 'state' | 'rssBytes' | 'swapBytes' | 'minorFaults' | 'majorFaults'>;
/** What a leak check finds at this moment, over all processes. Records and their rest add up to the totals. */
export interface MomentLeaks {
  readonly definite: LeakTotals; readonly indirect: LeakTotals; readonly possible: LeakTotals; readonly reachable: LeakTotals;
  /** Blocks of one kind that were allocated by the same calls. */
  readonly records: readonly MomentLoss[];
  readonly otherRecords: LeakTotals & { readonly records: number };
}
/** Why there is no leak check at a moment: it is switched off; there is too much memory to look through while a view waits; there is too much at all. */
export type NoLeakCheck = 'off' | 'skipped' | 'too-large';
export const NO_LEAK_CHECKS: readonly NoLeakCheck[] = ['off', 'skipped', 'too-large'];
/** Page faults that a line of the program, or a function of the C library (line 0), has caused so far. */
export interface MomentFaultLine { readonly file: string; readonly line: number; readonly fn: string; readonly faults: number; readonly major: number }

export interface MomentSummary {
  readonly moment: Moment;
  /** Whose words its rows use. */
  readonly profile: SystemProfile;
  /** Live blocks of all processes; the stacks and their rest add up to it. */
  readonly heap: LeakTotals;
  /** The largest by bytes. */
  readonly stacks: readonly MomentStack[];
  readonly otherStacks: LeakTotals & { readonly stacks: number };
  readonly leaks: MomentLeaks | NoLeakCheck;
  readonly mappings: readonly MomentMapping[];
  readonly otherMappings: { readonly mappings: number; readonly bytes: number; readonly residentBytes: number; readonly swapBytes: number };
  readonly processes: readonly MomentProcess[];
  readonly otherProcesses: { readonly processes: number; readonly rssBytes: number; readonly swapBytes: number; readonly minorFaults: number; readonly majorFaults: number };
  /** Of the whole machine since its start, processes that are gone included. */
  readonly minorFaults: number; readonly majorFaults: number;
  /** Page faults of all processes so far by kind (FaultColumns.kind); those of which the log keeps only the number come last, as `forgottenFaults`. */
  readonly faults: readonly number[];
  readonly forgottenFaults: number;
  readonly faultLines: readonly MomentFaultLine[];
  readonly otherFaultLines: { readonly lines: number; readonly faults: number; readonly major: number };
}
