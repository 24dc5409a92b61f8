/**
 * A machine out of a snapshot file, beside whatever machine there is: nobody sees it until the caller shows it. Called in the machine's
 * thread, by snapshot-desk.ts to open a file, and for machines that are only looked at.
 *
 *   const loaded = await loadSnapshotMachine(path, surroundings, { signal, onActivity });
 *   …                                  loaded.machine answers queries; it may run
 *   loaded.swap?.close();              when it is no longer used
 *
 * The file is read once: the machine is made of the sections at its beginning and takes the pages while they are checked. It is handed
 * out when all of the file is sound, and so is the machine; on any failure nothing is left behind.
 */
import { freemem } from 'node:os';
import { createMachineFromSnapshot } from '../core/machine/machine';
import type { Machine, MachineLoading, MachinePorts } from '../core/machine/machine-api';
import { CannotLoad } from '../core/segmentation/cannot-load';
import { SnapshotDamage } from '../core/snapshot/damage';
import type { SnapshotProgress } from '../core/snapshot/format';
import { CannotLoadHere, FILLED_SECTIONS, readSaved } from '../core/snapshot/machine-loading';
import type { SavedMachine } from '../core/snapshot/machine-sections';
import type { EarlyPages } from '../core/snapshot/reader';
import type { PageTaker, SnapshotAbout, SnapshotBytes } from '../core/snapshot/snapshot';
import { CannotSave } from '../core/snapshot/swap-pages';
import { PAGE_BYTES } from '../core/store/store';
import { size } from '../shared/quantities';
import type { SnapshotActivity, SnapshotFailure } from '../shared/snapshot-info';
import { SESSION_SECTION, sessionFrom, type SavedSession } from './saved-session';
import { openSnapshot, SnapshotFileError, takePages } from './snapshot-file';
import { SwapFileError, type SwapFile } from './swap-file';
import { SystemFilesError } from './system-files';

export interface SnapshotSurroundings {
  readonly kernel: WebAssembly.Module;
  readonly codec: WebAssembly.Module;
  /** Of this installation. */
  readonly version: string;
  readonly ports: Omit<MachinePorts, 'swap'>;
  /** A swap file for the new machine, beside those in use; null: its swapped pages go into memory of this process. @throws SwapFileError */
  readonly openSwap: ((slotCount: number) => SwapFile) | null;
  /** Host memory for the recording of a machine with a program; those without are not recorded. */
  readonly timelineBytes: number;
  /** Host memory that the machine may take; absent: no limit. */
  readonly memoryBytes?: number;
}

export interface SnapshotMachine {
  readonly machine: Machine;
  readonly about: SnapshotAbout;
  readonly session: SavedSession;
  /** What the user should know. */
  readonly notices: readonly string[];
  /** To be closed when the machine is no longer used. */
  readonly swap: SwapFile | null;
}

export interface LoadingWork {
  readonly signal?: AbortSignal;
  readonly onActivity?: (activity: SnapshotActivity) => void;
}

/** Memory of the host that can be had without swapping, where the system says so. */
export function availableMemory(): number {
  return (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem();
}

/** The file has no machine for us; the message is for the user. */
class SnapshotRefused extends Error {}

/** @throws what `snapshotFailure` puts into words */
export async function loadSnapshotMachine(path: string, surroundings: SnapshotSurroundings, { signal, onActivity }: LoadingWork = {}): Promise<SnapshotMachine> {
  const workOf = (stage: SnapshotActivity['stage']): { signal?: AbortSignal; onProgress: (progress: SnapshotProgress) => void } => ({
    ...(signal ? { signal } : {}), onProgress: (progress) => { onActivity?.({ stage, ...progress }); },
  });
  const begun = new BegunMachine(surroundings);
  let close: (() => void) | null = null;
  try {
    const opening = await openSnapshot(path, surroundings.codec, surroundings.version, workOf('checking'), begun);
    if (!opening.ok) throw new SnapshotRefused(opening.message);
    ({ close } = opening);
    const { snapshot } = opening, { saved, loading, swap } = begun;
    if (saved === null || loading === null) throw new SnapshotRefused('The snapshot is damaged: the pages of the machine are missing.');
    const { session, notices } = sessionFrom(snapshot.bytes(SESSION_SECTION), saved.programs);
    await takePages(snapshot, loading.sections, loading.taker, workOf('loading'));
    if (signal?.aborted === true) throw new SnapshotFileError('cancelled', 'Cancelled.');
    return { machine: loading.finish(snapshot), about: snapshot.about, session, notices: [...snapshot.about.notices, ...notices], swap };
  } catch (error) {
    begun.swap?.close();
    throw error;
  } finally {
    close?.();
  }
}

/** The machine of a file whose pages are still to come. */
class BegunMachine implements EarlyPages {
  readonly names = FILLED_SECTIONS;
  saved: SavedMachine | null = null;
  loading: MachineLoading | null = null;
  swap: SwapFile | null = null;

  constructor(private readonly surroundings: SnapshotSurroundings) {}

  begin(before: SnapshotBytes, pageCount: number): PageTaker {
    const { memoryBytes: most = Infinity, openSwap, ports, kernel, timelineBytes } = this.surroundings;
    // Its used pages, V bits among them, and the swapped ones when they go into memory.
    const needed = pageCount * PAGE_BYTES + (openSwap === null ? before.about.info.swappedBytes : 0);
    if (needed > most) throw new SnapshotRefused(`The machine in it is too large for this computer: it needs ${size(needed)} of memory, and ${size(most)} are free.`);
    const saved = readSaved(before), { slotCount } = saved.config.machine.swap;
    this.swap = slotCount > 0 ? openSwap?.(slotCount) ?? null : null;
    // Machines without a program of their own are not recorded.
    const options = { timelineBytes: saved.fields.loaded.length === 0 ? 0 : timelineBytes };
    this.saved = saved;
    this.loading = createMachineFromSnapshot(before, this.swap === null ? ports : { ...ports, swap: this.swap }, kernel, options, saved);
    return this.loading.taker;
  }
}

const EXPECTED = [SnapshotRefused, SnapshotFileError, SnapshotDamage, CannotLoad, CannotLoadHere, CannotSave, SwapFileError, SystemFilesError];

/** An expected failure of saving or loading in words. @throws the error, when it is none of those */
export function snapshotFailure(error: unknown): SnapshotFailure {
  // The store of a machine is one large piece of memory (WebAssembly.Memory), which the host may refuse.
  if (error instanceof RangeError && /memory|allocat/i.test(error.message)) return { ok: false, cancelled: false, message: 'The machine in it is too large for this computer: there is not enough memory.' };
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  return { ok: false, cancelled: error instanceof SnapshotFileError && error.failure === 'cancelled', message: (error as Error).message };
}
