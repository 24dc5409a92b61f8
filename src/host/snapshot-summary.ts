/**
 * A snapshot file as one side of a comparison: its machine is made aside, asked for its moment in numbers, and let go. Called in a
 * thread that has no other machine (compare.worker.ts) and by the command line; one file at a time.
 *
 * Swapped pages go into memory of this process; no swap file is touched.
 */
import { freemem } from 'node:os';
import { createMachineFromSnapshot } from '../core/machine/machine';
import { CannotLoad } from '../core/segmentation/cannot-load';
import { SnapshotDamage } from '../core/snapshot/damage';
import { CannotLoadHere } from '../core/snapshot/machine-loading';
import { SECTIONS } from '../core/snapshot/machine-sections';
import type { Snapshot, SnapshotAbout } from '../core/snapshot/snapshot';
import { PAGE_BYTES } from '../core/store/store';
import { size } from '../shared/quantities';
import type { MomentSummary } from '../shared/views-compare';
import { openSnapshot, SnapshotFileError, takePages, type SnapshotWork } from './snapshot-file';

/** The file gives no summary; the message is for the user. */
export class NoSummary extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoSummary';
  }
}

export interface SummaryWork {
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: 'checking' | 'loading', doneBytes: number, totalBytes: number) => void;
}

export interface SnapshotSummary { readonly about: SnapshotAbout; readonly summary: MomentSummary }

export interface SummaryTools {
  readonly kernel: WebAssembly.Module;
  readonly codec: WebAssembly.Module;
  /** Of this installation. */
  readonly version: string;
  /** Host memory that may be used; absent: what is free now. */
  readonly memoryBytes?: number;
}

const EXPECTED = [SnapshotFileError, SnapshotDamage, CannotLoad, CannotLoadHere];

/**
 * @throws NoSummary when the file is damaged, newer, no snapshot, not readable, too large for this computer, holds a machine without
 *   processes, or when it was cancelled
 */
export async function summariseSnapshot(path: string, { kernel, codec, version, memoryBytes = availableMemory() }: SummaryTools, { signal, onStage }: SummaryWork = {}): Promise<SnapshotSummary> {
  const work = (stage: 'checking' | 'loading'): SnapshotWork => ({ ...(signal ? { signal } : {}), onProgress: ({ doneBytes, totalBytes }) => { onStage?.(stage, doneBytes, totalBytes); } });
  try {
    const opening = await openSnapshot(path, codec, version, work('checking'));
    if (!opening.ok) throw new NoSummary(opening.message);
    try {
      const { snapshot } = opening;
      const needed = neededMemory(snapshot);
      if (needed > memoryBytes) throw new NoSummary(`The machine in it is too large for this computer: it needs ${size(needed)} of memory, and ${size(memoryBytes)} are free.`);
      const loading = createMachineFromSnapshot(snapshot, { output: () => undefined, input: () => null }, kernel);
      await takePages(snapshot, loading.sections, loading.taker, work('loading'));
      const { value } = loading.finish().query('momentSummary', null);
      if (value === null) throw new NoSummary('Nothing has been loaded into the machine in it: there is no moment to compare.');
      return { about: snapshot.about, summary: value };
    } finally {
      opening.close();
    }
  } catch (error) {
    if (error instanceof RangeError && /memory|allocat/i.test(error.message)) throw new NoSummary('The machine in it is too large for this computer: there is not enough memory.');
    if (EXPECTED.some((kind) => error instanceof kind)) throw new NoSummary((error as Error).message);
    throw error;
  }
}

/** What a machine takes beyond a few MiB: its used pages of the store, V bits among them, and the swapped ones. Pages of a pattern take none. */
function neededMemory(snapshot: Snapshot): number {
  return [SECTIONS.pages, SECTIONS.slots].reduce((sum, name) => sum + (snapshot.pageNumbers(name)?.length ?? 0) * PAGE_BYTES, 0);
}

/** Of the host: what can be had without swapping, where the system says so. */
function availableMemory(): number {
  return (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem();
}
