/**
 * A machine out of a snapshot file, beside whatever machine there is: nobody sees it until the caller shows it. Called in the machine's
 * thread, by snapshot-desk.ts to open a file, and for machines that are only looked at.
 *
 *   const loaded = await loadSnapshotMachine(path, surroundings, { signal, onActivity });
 *   …                                  loaded.machine answers queries; it may run
 *   loaded.swap?.close();              when it is no longer used
 *
 * The file is checked whole before a machine is made of it; on any failure nothing is left behind.
 */
import { freemem } from 'node:os';
import { createMachineFromSnapshot } from '../core/machine/machine';
import type { Machine, MachinePorts } from '../core/machine/machine-api';
import { CannotLoad } from '../core/segmentation/cannot-load';
import { SnapshotDamage } from '../core/snapshot/damage';
import type { SnapshotProgress } from '../core/snapshot/format';
import { CannotLoadHere, readSaved } from '../core/snapshot/machine-loading';
import { SECTIONS } from '../core/snapshot/machine-sections';
import type { Snapshot, SnapshotAbout } from '../core/snapshot/snapshot';
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
  const opening = await openSnapshot(path, surroundings.codec, surroundings.version, workOf('checking'));
  if (!opening.ok) throw new SnapshotRefused(opening.message);
  const { snapshot, close } = opening;
  let swap: SwapFile | null = null;
  try {
    const needed = neededMemory(snapshot), most = surroundings.memoryBytes ?? Infinity;
    if (needed > most) throw new SnapshotRefused(`The machine in it is too large for this computer: it needs ${size(needed)} of memory, and ${size(most)} are free.`);
    const saved = readSaved(snapshot);
    const { session, notices } = sessionFrom(snapshot.bytes(SESSION_SECTION), saved.programs);
    const { slotCount } = saved.config.machine.swap;
    if (slotCount > 0) swap = surroundings.openSwap?.(slotCount) ?? null;
    const options = { timelineBytes: session.program === null ? 0 : surroundings.timelineBytes };
    const loading = createMachineFromSnapshot(snapshot, swap === null ? surroundings.ports : { ...surroundings.ports, swap }, surroundings.kernel, options, saved);
    await takePages(snapshot, loading.sections, loading.taker, workOf('loading'));
    if (signal?.aborted === true) throw new SnapshotFileError('cancelled', 'Cancelled.');
    return { machine: loading.finish(), about: snapshot.about, session, notices: [...snapshot.about.notices, ...notices], swap };
  } catch (error) {
    swap?.close();
    throw error;
  } finally {
    close();
  }
}

/** What a machine takes beyond a few MiB: its used pages of the store, V bits among them, and the swapped ones. Pages of a pattern take none. */
function neededMemory(snapshot: Snapshot): number {
  return [SECTIONS.pages, SECTIONS.slots].reduce((sum, name) => sum + (snapshot.pageNumbers(name)?.length ?? 0) * PAGE_BYTES, 0);
}

const EXPECTED = [SnapshotRefused, SnapshotFileError, SnapshotDamage, CannotLoad, CannotLoadHere, CannotSave, SwapFileError, SystemFilesError];

/** An expected failure of saving or loading in words. @throws the error, when it is none of those */
export function snapshotFailure(error: unknown): SnapshotFailure {
  // The store of a machine is one large piece of memory (WebAssembly.Memory), which the host may refuse.
  if (error instanceof RangeError && /memory|allocat/i.test(error.message)) return { ok: false, cancelled: false, message: 'The machine in it is too large for this computer: there is not enough memory.' };
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  return { ok: false, cancelled: error instanceof SnapshotFileError && error.failure === 'cancelled', message: (error as Error).message };
}
