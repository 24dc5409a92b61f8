/**
 * Snapshot files on the disk: saved so that a crash at any moment leaves the old file or the new one, opened only when all of it is
 * sound. Called by whoever owns a machine (worker, command line); what lies in the file is core/snapshot's, and the machine's.
 *
 * Saving: a new file with a name of its own in the folder of the target; written; synced; renamed over the target; the folder synced. On
 * any failure the new file goes and the target is as it was. What a killed run left goes at the next save into the folder.
 *
 *   const { fileBytes } = await saveSnapshot(path, parts, codec, { signal, onProgress });
 *   const opening = await openSnapshot(path, codec, version, { signal, onProgress });
 *   if (!opening.ok) return opening.message;
 *   try {
 *     const image = opening.snapshot.bytes('image');
 *     await takePages(opening.snapshot, ['pages'], taker, { signal, onProgress });
 *   } finally { opening.close(); }
 *
 * The file of a large machine is read once, not twice, when its pages are taken early, into a store that nobody uses yet (`EarlyPages`);
 * `takePages` then gives those that are left.
 *
 * Work goes in slices of about 20 ms; between them messages are heard. The machine must not run until saving has ended.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readSync, readdirSync, realpathSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { SnapshotRefusal } from '../core/snapshot/damage';
import type { SnapshotProgress } from '../core/snapshot/format';
import { SnapshotReader, readAbout } from '../core/snapshot/reader';
import type { EarlyPages, SnapshotAboutOpening } from '../core/snapshot/reader';
import type { SnapshotSource } from '../core/snapshot/record-reader';
import type { PageTaker, Snapshot } from '../core/snapshot/snapshot';
import { SnapshotWriter } from '../core/snapshot/writer';
import type { SnapshotParts } from '../core/snapshot/writer';
import { isCode } from './error-code';
import { OverlappedReader, OverlappedWriter } from './overlapped-file';
import { isAlive, startOf } from './process-owner';

const SLICE_MS = 20;
/** Host (by hash), process, its start, chance. */
const UNFINISHED = /^\.pagewise-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}\.saving$/;
/** A file of another host's run, in a shared folder, is nobody's after this time. */
const FOREIGN_MS = 24 * 60 * 60 * 1000;

export type SnapshotFileFailure = 'cancelled' | 'disk-full' | 'no-permission' | 'no-folder' | 'not-a-file' | 'io';

/** Saving or loading ended without a result; the message is for the user. */
export class SnapshotFileError extends Error {
  constructor(readonly failure: SnapshotFileFailure, message: string) {
    super(message);
    this.name = 'SnapshotFileError';
  }
}

export interface SnapshotWork {
  /** Aborting it ends the work at the next slice with SnapshotFileError `cancelled`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SnapshotProgress) => void;
}

export interface OpenSnapshot {
  readonly ok: true;
  readonly snapshot: Snapshot;
  /** Closes the file: the snapshot's sections cannot be read after that. */
  readonly close: () => void;
}

/** The file is not there, or may not or cannot be read. */
export interface SnapshotUnreadable { readonly ok: false; readonly reason: 'unreadable'; readonly message: string }

/**
 * Saves a snapshot; answers the size of the file.
 * @throws SnapshotFileError when it cannot be saved, or was cancelled: what was at `path` is untouched
 */
export async function saveSnapshot(path: string, parts: SnapshotParts, codec: WebAssembly.Module, work: SnapshotWork = {}): Promise<{ readonly fileBytes: number }> {
  try {
    const target = targetOf(path), folder = dirname(target.path);
    removeUnfinished(folder);
    const unfinished = join(folder, `.pagewise-${hostKey()}-${String(process.pid)}-${startOf(process.pid)}-${randomBytes(4).toString('hex')}.saving`);
    const out = new OverlappedWriter(unfinished);
    try {
      if (target.mode !== null) keepMode(out.fd, target.mode);
      const writer = new SnapshotWriter(parts, codec, (bytes) => { out.put(bytes); });
      await inSlices(writer, work, () => out.drain());
      await out.finish();
      stopIfAborted(work.signal);
      await out.close();
      renameSync(unfinished, target.path);
      syncFolder(folder);
      return { fileBytes: writer.fileBytes };
    } finally {
      await out.close();
      removeIfThere(unfinished);
    }
  } catch (error) {
    throw failureOf(error, path);
  }
}

/**
 * Opens a snapshot when all of it is sound.
 * @param early takes pages while the file is still checked: into memory that goes if this does not answer with a snapshot
 * @throws SnapshotFileError when it was cancelled
 */
export async function openSnapshot(path: string, codec: WebAssembly.Module, ownVersion: string, work: SnapshotWork = {}, early: EarlyPages | null = null): Promise<OpenSnapshot | SnapshotRefusal | SnapshotUnreadable> {
  let fd = -1, isKept = false, source: OverlappedReader | null = null;
  try {
    const file = fd = openForReading(path), ahead = source = new OverlappedReader(file);
    await ahead.prepare();
    const opening = await inSlices(new SnapshotReader(ahead, codec, ownVersion, early), work, () => ahead.prepare());
    if (!opening.ok) return opening;
    isKept = true;
    return { ok: true, snapshot: opening.snapshot, close: () => { closeSync(file); } };
  } catch (error) {
    return unreadable(error, path);
  } finally {
    await source?.settle();
    if (fd >= 0 && !isKept) closeSync(fd);
  }
}

/** What a snapshot says about itself; the rest of the file is neither read nor checked. */
export function readSnapshotInfo(path: string, codec: WebAssembly.Module, ownVersion: string): SnapshotAboutOpening | SnapshotUnreadable {
  let fd = -1;
  try {
    fd = openForReading(path);
    return readAbout(fileSource(fd), codec, ownVersion);
  } catch (error) {
    return unreadable(error, path);
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

/**
 * Gives all pages of the named sections to `taker` (Snapshot.deliverPages), in slices.
 * @throws SnapshotFileError when it was cancelled or the file cannot be read, SnapshotDamage when it was changed meanwhile
 */
export async function takePages(snapshot: Snapshot, names: readonly string[], taker: PageTaker, work: SnapshotWork = {}): Promise<void> {
  try {
    await inSlices(snapshot.deliverPages(names, taker), work);
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? new SnapshotFileError('io', `The snapshot cannot be read: ${error.message}`) : error;
  }
}

type Steps<Result> = { step(): SnapshotProgress | Result };

/** Steps to the end; the last step's answer. Gives way to messages after each slice. `disk`: what to wait for after a step, if anything. */
async function inSlices<Result extends object | 'done'>(steps: Steps<Result>, work: SnapshotWork, disk: () => Promise<void> | null = () => null): Promise<Result> {
  for (let until = 0; ;) {
    const state = steps.step(), wait = disk();
    if (wait !== null) await wait;
    if (!isProgress(state)) return state;
    if (performance.now() < until) continue;
    work.onProgress?.(state);
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    stopIfAborted(work.signal);
    until = performance.now() + SLICE_MS;
  }
}

function isProgress(state: SnapshotProgress | object | 'done'): state is SnapshotProgress {
  return typeof state === 'object' && 'doneBytes' in state;
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new SnapshotFileError('cancelled', 'Cancelled.');
}

interface Target {
  /** Where the file is: a link is followed, so that it stays one. */
  readonly path: string;
  /** Permissions of the file that is replaced. */
  readonly mode: number | null;
}

function targetOf(path: string): Target {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return { path: join(realpathSync(dirname(path)), basename(path)), mode: null };
  if (!status.isFile()) throw new SnapshotFileError('not-a-file', `${path} is ${status.isDirectory() ? 'a folder' : 'no ordinary file'}: choose another name.`);
  // Renaming would replace a file that may not be written.
  closeSync(openSync(path, 'r+'));
  return { path: realpathSync(path), mode: status.mode & 0o7777 };
}

function hostKey(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

/** Removes what killed runs left in a folder. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const match = UNFINISHED.exec(name);
    if (match === null) continue;
    const path = join(folder, name), isOurs = match[1] === hostKey();
    const isLeft = isOurs ? !isAlive(Number(match[2]), match[3] ?? '') : Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > FOREIGN_MS;
    if (isLeft) removeIfThere(path);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    // Renamed, or removed by another run; one that cannot be removed costs room only.
    if (!isCode(error, 'ENOENT', 'EPERM', 'EACCES', 'EBUSY', 'EROFS')) throw error;
  }
}

/** Some file systems have no permissions to keep. */
function keepMode(fd: number, mode: number): void {
  try {
    fchmodSync(fd, mode);
  } catch (error) {
    if (!isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
  }
}

/** Makes a rename last. Where a folder cannot be opened (Windows) or synced (some network file systems) the system sees to it itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!isCode(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
  } finally {
    closeSync(fd);
  }
}

function openForReading(path: string): number {
  const fd = openSync(path, 'r');
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new SnapshotFileError('not-a-file', `${path} is no file.`);
}

function fileSource(fd: number): SnapshotSource {
  return { sizeBytes: fstatSync(fd).size, read: (offset, into) => readSync(fd, into, 0, into.length, offset) };
}

function unreadable(error: unknown, path: string): SnapshotUnreadable {
  if (error instanceof SnapshotFileError && error.failure === 'cancelled') throw error;
  if (error instanceof SnapshotFileError) return { ok: false, reason: 'unreadable', message: error.message };
  if (!(error instanceof Error) || !('syscall' in error)) throw error;
  const why = isCode(error, 'ENOENT', 'ENOTDIR') ? 'it is not there' : isCode(error, 'EACCES', 'EPERM') ? 'you may not read it' : error.message;
  return { ok: false, reason: 'unreadable', message: `${path} cannot be read: ${why}.` };
}

/** What to throw for an error while saving: those of the system in the user's words, bugs as they are. */
function failureOf(error: unknown, path: string): unknown {
  if (error instanceof SnapshotFileError || !(error instanceof Error) || !('syscall' in error)) return error;
  const folder = dirname(path);
  if (isCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return new SnapshotFileError('disk-full', `The snapshot does not fit: there is no room left in ${folder}.`);
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS')) return new SnapshotFileError('no-permission', `${path} may not be written: choose another place.`);
  if (isCode(error, 'ENOENT', 'ENOTDIR')) return new SnapshotFileError('no-folder', `The folder ${folder} is not there.`);
  return new SnapshotFileError('io', `${path} cannot be saved: ${error.message}`);
}
