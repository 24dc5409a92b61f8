/** What Pagewise saves of the machine by itself, and what it found of an earlier session: between main process and window. */
import type { SnapshotInfo } from './snapshot-info';

export interface AutosaveSettings {
  readonly enabled: boolean;
  /** Least seconds from one save of a running machine to the next. */
  readonly seconds: number;
  /** The machine at hand is kept at the end, for the next start. */
  readonly keep: boolean;
}
export const AUTOSAVE_SECONDS = { least: 5, most: 3_600, usual: 30 } as const;

/** A save in the background that takes longer is given up, and the machine left out: one that runs stands still meanwhile. */
export const AUTOSAVE_MOST_MS = { running: 2_000, standing: 4_000 } as const;

/** A machine of an earlier session, or of a thread that ended. */
export interface LostMachine {
  readonly id: string;
  readonly info: SnapshotInfo;
  /** It was kept on purpose, to be reopened; else Pagewise or the machine ended unforeseen. */
  readonly kept: boolean;
}

export interface AutosaveState {
  readonly folder: string;
  /** The last save of this session; null: none yet. `savedAt`: ISO 8601. */
  readonly last: { readonly savedAt: string; readonly fileBytes: number; readonly tookMs: number } | null;
  /** Why the machine at hand is not saved; '' : it is, or nothing has run. */
  readonly refusal: string;
  /** It could not be saved, though it should: the user must hear of it. */
  readonly failed: boolean;
  readonly lost: readonly LostMachine[];
  /** Files that could not be used and were set aside, in words. */
  readonly notices: readonly string[];
}
