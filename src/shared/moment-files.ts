/** Snapshot files as sides of a comparison, between window and main. */
import type { SnapshotActivity } from './snapshot-info';
import type { MomentSummary } from './views-compare';

export interface FileMoment {
  /** Of the file. */
  readonly path: string;
  readonly name: string;
  readonly title: string;
  /** ISO 8601; '' when the file does not say it. */
  readonly savedAt: string;
  readonly program: string;
  readonly summary: MomentSummary;
  /** What the user should know of the file. */
  readonly notices: readonly string[];
}

/** How far reading a file has come. */
export interface FileMomentProgress extends SnapshotActivity { readonly name: string }
