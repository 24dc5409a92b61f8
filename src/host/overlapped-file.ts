/**
 * Writing and reading a large file while the caller computes. Used by snapshot-file.ts.
 *
 * Pieces of 4 MiB go between disk and buffers in Node's pool of threads, so that the disk works while the next piece is made or the last
 * one is checked. Writing goes past the host's cache where the system has that (O_DIRECT): measured, 1 GiB to a virtual disk takes 0.5 s
 * so, and 0.9 s through the cache and synced; and it takes no memory from others.
 *
 * A buffer belongs to a transfer until that has ended: nobody closes a file before `close` or `settle` has been waited for.
 */
import { close, closeSync, constants, fstatSync, fsync, openSync, read, readSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { isCode } from './error-code';

export const PIECE_BYTES = 4 * 2 ** 20;
/** Pieces that are read ahead, the present one among them. */
const AHEAD = 3;
/** What one step of a reader takes at most; it must lie ready. */
const STEP_BYTES = 1.5 * 2 ** 20;

/** Memory of WebAssembly begins at a page boundary, as direct transfers want it. */
function alignedBuffer(): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: PIECE_BYTES / 65536, maximum: PIECE_BYTES / 65536 }).buffer);
}

function writeSome(fd: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, 0, bytes.length, position, (error, count) => { if (error === null) resolve(count); else reject(error); });
  });
}

function readSome(fd: number, into: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, into, 0, into.length, position, (error, count) => { if (error === null) resolve(count); else reject(error); });
  });
}

/** Writes a new file from its begin to its end. One buffer is on its way, one may be full, one is filled. */
export class OverlappedWriter {
  readonly fd: number;
  private directFd: number;
  private current = alignedBuffer();
  private filled = 0;
  private full: Uint8Array | null = null;
  private readonly free = [alignedBuffer(), alignedBuffer()];
  private position = 0;
  private pending: Promise<void> = Promise.resolve();
  private isOpen = true;

  /** Creates the file. @throws the system's error; EEXIST when there is one */
  constructor(path: string) {
    this.fd = openSync(path, 'wx', 0o666);
    this.directFd = openDirect(path);
  }

  /** Takes the next bytes, at most one piece between two calls of `drain`. */
  put(bytes: Uint8Array): void {
    const count = Math.min(bytes.length, PIECE_BYTES - this.filled);
    this.current.set(bytes.subarray(0, count), this.filled);
    this.filled += count;
    if (this.filled < PIECE_BYTES) return;
    const next = this.free.pop();
    if (next === undefined || this.full !== null) throw new Error('a writer that was not drained');
    this.full = this.current;
    this.current = next;
    this.filled = 0;
    this.put(bytes.subarray(count));
  }

  /** Begins to write a full piece, once the one before it has been written; null: there is none. @throws what the system said of the one before */
  drain(): Promise<void> | null {
    return this.full === null ? null : this.flushFull(this.full);
  }

  /** Writes the rest and syncs. */
  async finish(): Promise<void> {
    await this.drain();
    await this.pending;
    await this.writeFully(this.current.subarray(0, this.filled), this.position, this.fd);
    await promisify(fsync)(this.fd);
  }

  /** Waits for what is under way, and closes the file. May be called again. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.pending.catch(() => undefined); // `drain` and `finish` have told, or nobody wants the file any more
    if (this.directFd >= 0) closeSync(this.directFd);
    await promisify(close)(this.fd);
  }

  private async flushFull(piece: Uint8Array): Promise<void> {
    await this.pending;
    this.full = null;
    const position = this.position;
    this.position += piece.length;
    this.pending = this.writeFully(piece, position, this.directFd >= 0 ? this.directFd : this.fd).then(() => { this.free.push(piece); });
    this.pending.catch(() => undefined); // told by the next `drain` or `finish`, which may come after the end of this turn
  }

  private async writeFully(bytes: Uint8Array, position: number, fd: number): Promise<void> {
    let through = fd;
    for (let done = 0; done < bytes.length;) {
      try {
        done += await writeSome(through, bytes.subarray(done), position + done);
        // What is left of a piece may begin anywhere: not for a direct transfer.
        if (done < bytes.length) through = this.fd;
      } catch (error) {
        if (through === this.fd || !isCode(error, 'EINVAL', 'EOPNOTSUPP', 'ENOTSUP')) throw error;
        through = this.fd; // this file system opens for direct transfers and then does none
      }
    }
  }
}

/** A second way into the file, past the cache; -1 where there is none. */
function openDirect(path: string): number {
  const flag = (constants as { readonly O_DIRECT?: number }).O_DIRECT;
  if (flag === undefined) return -1;
  try {
    return openSync(path, constants.O_WRONLY | flag);
  } catch (error) {
    if (isCode(error, 'EINVAL', 'EOPNOTSUPP', 'ENOTSUP')) return -1;
    throw error;
  }
}

/** A piece that is read ahead. `length`: −1 while it is on its way, or when it could not be read. */
interface Slot { readonly buffer: Uint8Array; index: number; length: number; pending: Promise<void> | null }

/** Reads a file at any place, and ahead of who reads it from begin to end. */
export class OverlappedReader {
  readonly sizeBytes: number;
  private slots: Slot[] = [];
  private last: Promise<void> = Promise.resolve();
  private at = 0;
  private isAhead = true;

  constructor(private readonly fd: number) {
    this.sizeBytes = fstatSync(fd).size;
  }

  /** Fills `into`, or as much of it as lies ready; answers how many bytes. 0: the file ends. */
  read(offset: number, into: Uint8Array): number {
    const index = Math.floor(offset / PIECE_BYTES), slot = this.slots.find((each) => each.index === index);
    const from = offset - index * PIECE_BYTES;
    let count: number;
    if (slot !== undefined && slot.length > from) {
      const ready = slot.buffer.subarray(from, Math.min(slot.length, from + into.length));
      into.set(ready);
      count = ready.length;
    } else count = readSync(this.fd, into, 0, into.length, offset);
    this.at = offset + count;
    return count;
  }

  /** Begins to read what comes next; a promise when it must be waited for, else null. What fails is read again by `read`, which tells. */
  prepare(): Promise<void> | null {
    if (!this.isAhead) return null;
    const first = Math.floor(this.at / PIECE_BYTES), pieces = Math.ceil(this.sizeBytes / PIECE_BYTES), waits: Promise<void>[] = [];
    for (let index = first; index < Math.min(first + AHEAD, pieces); index++) {
      const slot = this.slots.find((each) => each.index === index) ?? this.begin(index, first);
      if (slot?.pending != null && index * PIECE_BYTES < this.at + STEP_BYTES) waits.push(slot.pending);
    }
    return waits.length === 0 ? null : Promise.all(waits).then(() => undefined);
  }

  /** No more reading ahead; waits for what is under way. */
  async settle(): Promise<void> {
    this.isAhead = false;
    await Promise.all(this.slots.map((slot) => slot.pending));
    this.slots = [];
  }

  /** Begins to read a piece into a buffer that holds none from `first` on; null: all are wanted. */
  private begin(index: number, first: number): Slot | null {
    let slot = this.slots.find((each) => each.index < first && each.pending === null);
    if (slot === undefined) {
      if (this.slots.length === AHEAD) return null;
      slot = { buffer: alignedBuffer(), index, length: -1, pending: null };
      this.slots.push(slot);
    }
    const taken = slot;
    taken.index = index;
    taken.length = -1;
    // One after the other: the system reads ahead in large units only for who reads in order.
    taken.pending = this.last.then(() => readSome(this.fd, taken.buffer, index * PIECE_BYTES)).then(
      (length) => { taken.length = length; },
      () => { taken.length = -1; },
    ).then(() => { taken.pending = null; });
    this.last = taken.pending;
    return taken;
  }
}
