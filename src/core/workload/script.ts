/**
 * What a light workload process does, as data. script-parser.ts reads it from text, workload.ts carries it out, the
 * window's help shows the words.
 *
 * A workload is a process without code: regions of memory, and phases in which it touches them at given rates of simulated time.
 * Everything that happens to its memory is real: VMAs, page tables, TLBs, faults, copy on write, reclaim and swap.
 */

/** Order in which the pages of a region are touched. */
export type TouchPattern =
  | { readonly kind: 'sequential' }
  /** Every page alike. */
  | { readonly kind: 'random' }
  /** Page of rank r with weight 1/r; ranks are scattered over the region. */
  | { readonly kind: 'zipf' }
  /** Every n-th page, round and round. */
  | { readonly kind: 'stride'; readonly pages: number }
  /** `touchPercent` of the touches go to the first `pagePercent` of the pages. */
  | { readonly kind: 'hot'; readonly pagePercent: number; readonly touchPercent: number };

export interface RegionScript {
  readonly name: string;
  readonly kind: 'anonymous' | 'file' | 'shared';
  /** Path of the file, or name of the shared memory; '' for anonymous memory. Equal names are the same pages. */
  readonly source: string;
  /** Pages mapped at the start. */
  readonly pages: number;
  /** A private mapping of a file may be written: the page is copied first. */
  readonly isPrivate: boolean;
  /** Pages that are resident when the process starts, as after MAP_POPULATE. */
  readonly residentPages: number;
}

export interface TouchScript {
  /** Index of the region. */
  readonly region: number;
  /** Touches per simulated second. */
  readonly perSecond: number;
  readonly pattern: TouchPattern;
  /** Only the first pages of the region; 0: all of it. */
  readonly withinPages: number;
  readonly writePercent: number;
}

export interface GrowScript {
  readonly region: number;
  readonly pagesPerSecond: number;
  /** Growth ends here. */
  readonly toPages: number;
}

/** A reference string: pages of a region in this order, once, written to so that each needs a frame of its own. */
export interface ReferScript { readonly region: number; readonly pages: readonly number[] }

export interface PhaseScript {
  readonly name: string;
  /** Simulated milliseconds; 0: for ever. */
  readonly milliseconds: number;
  readonly touches: readonly TouchScript[];
  readonly grows: readonly GrowScript[];
  /** Made at the beginning of the phase, one after the other. */
  readonly refers: readonly ReferScript[];
  /** At the beginning of the phase: children that go on at phase `childPhase`. */
  readonly forks: number;
  readonly childPhase: number;
  /** At its end: the process exits with this status. */
  readonly exitStatus: number | null;
  /** At its end: index of the phase that follows. */
  readonly next: number;
}

export interface WorkloadScript {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  /** Nice value, −20 to 19. */
  readonly priority: number;
  readonly regions: readonly RegionScript[];
  readonly phases: readonly PhaseScript[];
}

/** A mistake in a script: what, where, and what to write instead. */
export interface ScriptProblem { readonly line: number; readonly message: string }
