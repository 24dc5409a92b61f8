/** The process manager's questions and answers: rows of the visible window, filtered and sorted beside the machine. */

export type ProcessState = 'running' | 'ready' | 'waiting' | 'stopped' | 'zombie' | 'ended' | 'gone';
/** What a waiting process waits for. */
export type ProcessWait = '' | 'input' | 'child' | 'pipe' | 'timer' | 'device' | 'signal';

/** Columns that can be sorted by. */
export type ProcessSort =
  | 'pid' | 'parent' | 'name' | 'command' | 'state' | 'nice' | 'threads' | 'cpu' | 'cpuSeconds' | 'rss' | 'pss' | 'uss' | 'swap' | 'virtual' | 'tables'
  | 'minorFaults' | 'majorFaults' | 'minorRate' | 'majorRate' | 'oomScore' | 'start' | 'exitStatus';
export const PROCESS_SORTS: readonly ProcessSort[] = [
  'pid', 'parent', 'name', 'command', 'state', 'nice', 'threads', 'cpu', 'cpuSeconds', 'rss', 'pss', 'uss', 'swap', 'virtual', 'tables',
  'minorFaults', 'majorFaults', 'minorRate', 'majorRate', 'oomScore', 'start', 'exitStatus',
];
/** Which processes: those that there are, with or without those that are gone. */
export type ProcessScope = 'present' | 'all';

export interface ProcessTableQuery {
  readonly sort: ProcessSort;
  readonly descending: boolean;
  /** Part of pid, name, command or state; '' for all. */
  readonly filter: string;
  /** Children below their parents; brothers are sorted. */
  readonly tree: boolean;
  readonly scope: ProcessScope;
  /** Window of rows. */
  readonly from: number;
  readonly count: number;
  /** Process whose place in the list is wanted; 0: none. */
  readonly find: number;
}

export interface ProcessTableRow {
  readonly processKey: number; readonly pid: number; readonly parent: number; readonly name: string; readonly command: string;
  /** 'program' or 'workload'. */
  readonly kind: 'program' | 'workload';
  readonly state: ProcessState; readonly wait: ProcessWait;
  readonly nice: number; readonly threads: number;
  /** Share of the processor in the last window of simulated time, 0 to 1. */
  readonly cpu: number; readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** Resident set shared out among those who map it, and what nobody else maps; −1: not counted yet. */
  readonly pssBytes: number; readonly ussBytes: number;
  readonly swapBytes: number; readonly virtualBytes: number; readonly pageTableBytes: number;
  readonly minorFaults: number; readonly majorFaults: number;
  /** Per simulated second, in the last window. */
  readonly minorRate: number; readonly majorRate: number;
  /** 0 to 1,000: share of RAM and swap that its end would give back. */
  readonly oomScore: number;
  /** Simulated seconds. */
  readonly startSeconds: number;
  readonly exitStatus: number | null;
  /** Depth in the tree; 0 in the list. */
  readonly depth: number;
  readonly childCount: number;
  /** Resident pages, and faults, at equal distances over its life: at most 64 values. */
  readonly rssHistory: Float32Array; readonly faultHistory: Float32Array;
}

export interface ProcessTotals {
  /** Processes that have not ended, and by state; those that are gone altogether. */
  readonly living: number; readonly running: number; readonly ready: number; readonly waiting: number; readonly stopped: number; readonly zombies: number; readonly gone: number;
  readonly rssBytes: number; readonly swapBytes: number; readonly virtualBytes: number; readonly pageTableBytes: number;
  readonly minorFaults: number; readonly majorFaults: number; readonly cpuSeconds: number;
  readonly usedFrames: number; readonly frameCount: number; readonly simulatedSeconds: number;
}

export interface ProcessTable {
  /** Rows that pass the filter. */
  readonly total: number;
  readonly from: number;
  readonly rows: readonly ProcessTableRow[];
  readonly totals: ProcessTotals;
  /** Index of the process that was looked for; −1: not in the list. */
  readonly found: number;
}

export interface ProcessExitRow {
  readonly residentBytes: number; readonly swapBytes: number; readonly pageTableBytes: number; readonly virtualBytes: number;
  readonly usedFramesBefore: number; readonly usedFramesAfter: number; readonly usedSlotsBefore: number; readonly usedSlotsAfter: number;
  readonly seconds: number;
}

export interface ProcessDetail extends ProcessTableRow {
  /** How it ended, in one line; '' while it lives. */
  readonly ending: string;
  /** What its teardown gave back; null before. */
  readonly exit: ProcessExitRow | null;
  readonly descriptors: readonly { readonly fd: number; readonly what: string }[];
  /** "SIGUSR1" and the like. */
  readonly pendingSignals: readonly string[]; readonly blockedSignals: readonly string[]; readonly handledSignals: readonly string[];
  readonly children: readonly { readonly processKey: number; readonly pid: number; readonly name: string }[];
  readonly instructions: number; readonly asid: number; readonly rootFrame: number;
  /** What a light workload does; '' for a program. */
  readonly description: string;
}
