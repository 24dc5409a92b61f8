/** Saving and loading a large snapshot beside writing and reading as many bytes; for bench/snapshot.mjs. */
import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openSnapshot, saveSnapshot, takePages } from '../src/host/snapshot-file';
import type { PageTaker } from '../src/core/snapshot/snapshot';
import type { SnapshotParts } from '../src/core/snapshot/writer';

const PAGE_BYTES = 4096;
const PIECE_BYTES = 2 ** 20;
const ROUNDS = 3;
const VERSION = '1.0.0';

export interface SnapshotTimes {
  readonly fileBytes: number;
  /** Seconds, each the best of three, taken in turns. */
  readonly write: number;
  readonly save: number;
  readonly read: number;
  readonly load: number;
  /** All of the file is checked first, then read again for its pages, as the machine's thread does. */
  readonly checked: number;
  /** The file was read from the disk, not from the host's cache. */
  readonly isCold: boolean;
}

/** Memory full of pages of which no two are alike and none can be compressed. */
function noise(bytes: number): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: bytes / 65536, maximum: bytes / 65536 });
  const words = new Uint32Array(memory.buffer);
  for (let at = 0, state = 1; at < words.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(memory.buffer);
}

function partsOf(store: Uint8Array): SnapshotParts {
  const numbers = Uint32Array.from({ length: store.length / PAGE_BYTES }, (_, i) => i);
  return {
    engineVersion: VERSION, picture: null,
    info: { title: 'bench', savedAt: '2026-01-01T00:00:00Z', programs: [], processCount: 0, instructions: 0, ramBytes: store.length, residentBytes: store.length, swappedBytes: 0 },
    sections: [{ name: 'pages', pages: { count: numbers.length, pageNumbers: () => numbers, read: (i) => store.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES) } }],
  };
}

async function seconds(work: () => void | Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

/** Writes as many bytes as the snapshot has, and syncs them. */
function plainWrite(path: string, store: Uint8Array, bytes: number): void {
  const fd = openSync(path, 'w');
  for (let at = 0; at < bytes;) at += writeSync(fd, store, at % store.length, Math.min(PIECE_BYTES, bytes - at, store.length - at % store.length));
  fsyncSync(fd);
  closeSync(fd);
}

/** Reads a whole file, over and over into one buffer. */
function plainRead(path: string): void {
  const fd = openSync(path, 'r'), buffer = new Uint8Array(PIECE_BYTES);
  while (readSync(fd, buffer, 0, buffer.length, null) > 0);
  closeSync(fd);
}

/** Takes a file out of the host's cache, where dd can; false where not. */
function chill(path: string): boolean {
  return spawnSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' }).status === 0;
}

/** Loads into the given memory: while the file is checked, or after that. */
async function load(path: string, into: Uint8Array, codec: WebAssembly.Module, isEarly: boolean): Promise<void> {
  const names = ['pages'], taker: PageTaker = (_, number, bytes) => { if (bytes !== null) into.set(bytes, number * PAGE_BYTES); };
  const opening = await openSnapshot(path, codec, VERSION, {}, isEarly ? { names, begin: () => taker } : null);
  if (!opening.ok) throw new Error(opening.message);
  await takePages(opening.snapshot, names, taker);
  opening.close();
}

export async function measureSnapshots(codec: WebAssembly.Module, bytes: number, parent: string): Promise<SnapshotTimes> {
  const folder = mkdtempSync(join(parent, 'pagewise-bench-')), path = join(folder, 'run.pagewise'), plain = join(folder, 'plain');
  try {
    const store = noise(bytes), parts = partsOf(store), copy = new Uint8Array(bytes);
    const times = { write: Infinity, save: Infinity, read: Infinity, load: Infinity, checked: Infinity };
    let fileBytes = 0, isCold = true;
    for (let round = 0; round < ROUNDS; round++) {
      times.save = Math.min(times.save, await seconds(async () => { ({ fileBytes } = await saveSnapshot(path, parts, codec)); }));
      times.write = Math.min(times.write, await seconds(() => { plainWrite(plain, store, fileBytes); }));
      isCold = chill(plain) && isCold;
      times.read = Math.min(times.read, await seconds(() => { plainRead(plain); }));
      copy.fill(2);
      isCold = chill(path) && isCold;
      times.checked = Math.min(times.checked, await seconds(() => load(path, copy, codec, false)));
      if (Buffer.compare(copy, store) !== 0) throw new Error('what was loaded is not what was saved');
      isCold = chill(path) && isCold;
      // Touched again after a child process was made: handing out memory, and parting it from the child's, is the host's affair.
      copy.fill(1);
      times.load = Math.min(times.load, await seconds(() => load(path, copy, codec, true)));
      if (Buffer.compare(copy, store) !== 0) throw new Error('what was loaded is not what was saved');
    }
    return { ...times, fileBytes, isCold };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
