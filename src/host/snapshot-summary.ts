/**
 * A snapshot file as one side of a comparison: its machine is made aside, asked for its moment in numbers, and let go. Called in a
 * thread that has no other machine (compare.worker.ts) and by the command line; one file at a time.
 */
import type { SnapshotAbout } from '../core/snapshot/snapshot';
import type { MomentSummary } from '../shared/views-compare';
import { availableMemory, loadSnapshotMachine, snapshotFailure, type LoadingWork, type SnapshotSurroundings } from './snapshot-machine';

/** The file gives no summary; the message is for the user. */
export class NoSummary extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoSummary';
  }
}

export interface SnapshotSummary { readonly about: SnapshotAbout; readonly summary: MomentSummary }
export type SummaryTools = Pick<SnapshotSurroundings, 'kernel' | 'codec' | 'version' | 'memoryBytes'>;

const ASIDE = { ports: { output: () => undefined, input: () => null }, openSwap: null, timelineBytes: 0 };

/**
 * @throws NoSummary when the file is damaged, newer, no snapshot, not readable, too large for this computer, holds a machine without
 *   processes, or when it was cancelled
 */
export async function summariseSnapshot(path: string, tools: SummaryTools, work: LoadingWork = {}): Promise<SnapshotSummary> {
  try {
    const { machine, about } = await loadSnapshotMachine(path, { memoryBytes: availableMemory(), ...ASIDE, ...tools }, work);
    const { value } = machine.query('momentSummary', { thorough: true });
    if (value === null) throw new NoSummary('Nothing has been loaded into the machine in it: there is no moment to compare.');
    return { about, summary: value };
  } catch (error) {
    if (error instanceof NoSummary) throw error;
    throw new NoSummary(snapshotFailure(error).message);
  }
}
