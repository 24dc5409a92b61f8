/**
 * The policy bench as its views and the command line see it: which replacement policies there are, what is asked, and
 * what comes back. Made by src/core/policy; carried by src/host/policy-client.ts to the window.
 */
export type PolicyName = 'fifo' | 'clock' | 'nru' | 'lru' | 'lfu' | 'random' | '2q' | 'arc' | 's3-fifo' | 'opt';

export interface PolicyInfo {
  readonly name: PolicyName;
  readonly title: string;
  /** One sentence: who is the victim. */
  readonly rule: string;
}

/** In the order of tables and legends: simple ones first, the bound last. */
export const POLICIES: readonly PolicyInfo[] = [
  { name: 'fifo', title: 'FIFO', rule: 'The page that was loaded first.' },
  { name: 'clock', title: 'Clock', rule: 'FIFO with a second chance: a page referenced since the hand last passed is spared once.' },
  { name: 'nru', title: 'NRU', rule: 'A page of the lowest class: neither referenced lately nor modified, if there is one; drawn at random.' },
  { name: 'lru', title: 'LRU', rule: 'The page whose last reference lies furthest back.' },
  { name: 'lfu', title: 'LFU', rule: 'The page with the fewest references since it was loaded.' },
  { name: 'random', title: 'Random', rule: 'Any page, all equally likely.' },
  { name: '2q', title: '2Q', rule: 'A page seen once leaves a short queue soon; only pages that come back enter the LRU list.' },
  { name: 'arc', title: 'ARC', rule: 'Balances recency and frequency, learning from the pages it regrets having evicted.' },
  { name: 's3-fifo', title: 'S3-FIFO', rule: 'Three FIFO queues: a small one filters pages that are referenced once.' },
  { name: 'opt', title: 'OPT', rule: 'The page whose next reference lies furthest ahead. It needs the future, so it is the bound for all others.' },
];

export interface PolicySettings {
  /** Of random and NRU; 0 .. 2^32 - 1. */
  readonly seed: number;
  /** References between two clock interrupts of NRU; null: four times the number of frames. */
  readonly nruInterval: number | null;
  /** Clock: the access that loads a page sets its R bit (hardware, most textbooks); false: as libCacheSim. */
  readonly clockLoadSetsR: boolean;
  /** 2Q: Kin and Kout as parts of the frames. */
  readonly twoQIn: number;
  readonly twoQOut: number;
  /** S3-FIFO: the small queue as a part of the frames. */
  readonly s3Small: number;
}

export const DEFAULT_POLICY_SETTINGS: PolicySettings = { seed: 1, nruInterval: null, clockLoadSetsR: true, twoQIn: 0.25, twoQOut: 0.5, s3Small: 0.1 };

export interface PolicyRequest {
  readonly policies: readonly PolicyName[];
  /** Ascending, without repetition. */
  readonly frameCounts: readonly number[];
  readonly settings: PolicySettings;
  readonly curves: boolean;
  /** Step tables, where the trace has at most LONGEST_STEP_TABLE references and a run at most MOST_STEP_FRAMES frames. */
  readonly steps: boolean;
}

export const LONGEST_STEP_TABLE = 400;
export const MOST_STEP_FRAMES = 64;

/** One policy with one number of frames over the whole trace. */
export interface PolicyRun {
  readonly policy: PolicyName;
  readonly frames: number;
  readonly faults: number;
  /** First references to a page: no policy can avoid them. */
  readonly coldMisses: number;
  readonly evictions: number;
  /** Evictions of pages that had been stored to; null where the trace does not say what is a store. */
  readonly writeBacks: number | null;
}

/** Belady's anomaly: one policy had more faults with more frames. Neighbouring numbers of frames of the request. */
export interface Anomaly {
  readonly policy: PolicyName;
  readonly fewerFrames: number;
  readonly moreFrames: number;
  readonly faultsWithFewer: number;
  readonly faultsWithMore: number;
}

/** Faults by number of frames, ascending. */
export interface MissCurve {
  readonly policy: PolicyName;
  readonly frames: readonly number[];
  readonly faults: readonly number[];
  /** stack: from one pass of stack distances, exact at every number of frames (points between are left out where nothing changes); runs: one run a point. */
  readonly method: 'stack' | 'runs';
}

export interface PolicyStep {
  readonly page: string;
  readonly store: boolean;
  readonly hit: boolean;
  /** The frame that the page is in after this reference. */
  readonly frame: number;
  /** The page that had to leave. */
  readonly victim: string | null;
  /** What each frame holds after this reference. */
  readonly frames: readonly (string | null)[];
}

export interface StepTable { readonly policy: PolicyName; readonly frames: number; readonly steps: readonly PolicyStep[] }

export interface TraceInfo {
  readonly references: number;
  readonly pages: number;
  /** Null where the source does not say what is a store. */
  readonly stores: number | null;
}

export interface PolicyReport {
  readonly trace: TraceInfo;
  readonly settings: PolicySettings;
  readonly runs: readonly PolicyRun[];
  readonly anomalies: readonly Anomaly[];
  readonly curves: readonly MissCurve[];
  readonly steps: readonly StepTable[];
}

export type TraceFormat = 'classroom' | 'lackey' | 'csv';

/** libCacheSim's csv traces: one request a line; columns count from 1. */
export interface CsvOptions {
  readonly idColumn: number;
  /** Null: no such column. */
  readonly sizeColumn: number | null;
  /** A column that says read or write; null: no such column. */
  readonly operationColumn: number | null;
  /** One ASCII character. */
  readonly delimiter: string;
  /** auto: the first line is a header when none of its fields is a number. */
  readonly header: 'yes' | 'no' | 'auto';
}

/** How the bytes of a trace are to be read. */
export interface TraceReading {
  /** auto: by the first line and the name of the file. */
  readonly format: TraceFormat | 'auto';
  /** Lackey: a power of two, 16 to 2^30. */
  readonly pageSizeBytes: number;
  /** Lackey: take instruction fetches too. */
  readonly instructions: boolean;
  readonly csv: CsvOptions;
}

export const DEFAULT_TRACE_READING: TraceReading = {
  format: 'auto', pageSizeBytes: 4096, instructions: true,
  csv: { idColumn: 2, sizeColumn: null, operationColumn: null, delimiter: ',', header: 'auto' },
};

export const MOST_FRAMES = 2 ** 28;
export const MOST_FRAME_COUNTS = 10_000;

/**
 * Numbers of frames as users write them: "4", "1-8", "64-1024:64" (with a step), or several with commas. Ascending and
 * without repetition; a text says what is wrong instead.
 */
export function parseFrameCounts(text: string): readonly number[] | string {
  const all = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to, step] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part.trim()) ?? [];
    const first = Number(from), last = Number(to ?? from), by = Number(step ?? 1);
    if (from === undefined || by < 1) return `"${part}" is neither a number of frames nor a range such as 1-8 or 64-1024:64`;
    if (first < 1 || last > MOST_FRAMES) return `numbers of frames go from 1 to ${MOST_FRAMES}`;
    if (last < first) return `the range ${part} runs backwards`;
    if ((last - first) / by >= MOST_FRAME_COUNTS) return `more than ${MOST_FRAME_COUNTS} numbers of frames; use a step, e.g. ${first}-${last}:${Math.ceil((last - first) / 20)}`;
    for (let frames = first; frames <= last; frames += by) all.add(frames);
  }
  return all.size > MOST_FRAME_COUNTS ? `more than ${MOST_FRAME_COUNTS} numbers of frames` : [...all].sort((a, b) => a - b);
}

/** Where the window takes a reference string from. A file is one that the user chose in a dialog; a run is the last one. */
export type PolicySource =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'run' };

/** What the window asks for; `frameCounts` null: as many as are worth looking at. */
export interface PolicyQuestion {
  readonly source: PolicySource;
  readonly reading: TraceReading;
  readonly policies: readonly PolicyName[];
  readonly frameCounts: readonly number[] | null;
  readonly settings: PolicySettings;
}
/** `format`: what was found where `auto` was asked; null: a recorded run. */
export interface PolicyAnswer { readonly report: PolicyReport; readonly format: TraceFormat | null }

/** One step table; answered with null where the string is too long for one. */
export interface StepQuestion {
  readonly source: PolicySource;
  readonly reading: TraceReading;
  readonly policy: PolicyName;
  readonly frames: number;
  readonly settings: PolicySettings;
}
/** How far a comparison is. `part` is 0 .. 1 of its phase; while a run is recorded nobody knows its end, and `references` says how many there are. */
export interface PolicyProgress { readonly phase: 'reading' | 'recording' | 'running'; readonly part: number; readonly references: number }
