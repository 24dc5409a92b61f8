import type { RunConfig } from './config';
import type { CompileOptions } from './diagnostics';

export const SNAPSHOT_EXTENSION = 'pagewise';

/** What a snapshot file says about itself before anything of it is loaded: lists of recent files, `pagewise snapshot info`, the title bar. */
export interface SnapshotInfo {
  readonly title: string;
  /** When it was saved: ISO 8601, from whoever saved it (the machine has no clock of the host). */
  readonly savedAt: string;
  /** Names of the programs, in the order in which they were started. */
  readonly programs: readonly string[];
  readonly processCount: number;
  /** Executed so far. */
  readonly instructions: number;
  /** RAM of the simulated machine, and how much of it is in use. */
  readonly ramBytes: number;
  readonly residentBytes: number;
  readonly swappedBytes: number;
}

/** What saving or opening has come to. A file that is opened is checked whole before its machine is made. */
export interface SnapshotActivity {
  readonly stage: 'saving' | 'checking' | 'loading';
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** It did not come about; the message is for the user. What was there before is as it was. */
export interface SnapshotFailure { readonly ok: false; readonly cancelled: boolean; readonly message: string }

export type SnapshotSaved = { readonly ok: true; readonly fileBytes: number } | SnapshotFailure;

/** What the window shows beside the machine that came out of a file. */
export interface OpenedSession {
  readonly config: RunConfig;
  /** The file that the user looks at; null: the machine has no program of a user. */
  readonly program: { readonly file: string; readonly text: string; readonly options: CompileOptions; /** Given to it before it started; null: typed in the console. */ readonly stdin: string | null } | null;
  readonly breakpoints: readonly number[];
  readonly inputEnded: boolean;
}

export type SnapshotOpened =
  | { readonly ok: true; readonly info: SnapshotInfo; readonly session: OpenedSession; /** What the user should know. */ readonly notices: readonly string[] }
  | SnapshotFailure;

/** A file of the list of recent snapshots, as it says itself; nothing of it was loaded. */
export interface RecentSnapshot {
  readonly path: string;
  readonly name: string;
  /** null: it cannot be read now, and `problem` says why. */
  readonly info: SnapshotInfo | null;
  /** A PNG of the machine. */
  readonly picture: Uint8Array | null;
  readonly fileBytes: number;
  readonly problem: string;
}
