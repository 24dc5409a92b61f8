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
