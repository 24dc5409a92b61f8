/**
 * A folder of things that can be made again, by key: compiled programs, the lowered library.
 *
 * Used by compile-cache.ts and engine.ts. Entries are written to a temporary file and renamed, so a reader sees a whole
 * entry or none; each carries a checksum of its content and a damaged one counts as absent. When the folder outgrows
 * its bound the entries unused for longest go. Several processes may use one folder.
 *
 * A cache never makes a run fail: what the disk refuses is reported through `onProblem`, and the work is done again.
 *
 * Entry: "PWC1", sha256 of the content (32 bytes), content.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MAGIC = Buffer.from('PWC1');
const HEADER_BYTES = MAGIC.length + 32;
const SUFFIX = '.pwc';
/** Left behind by a process that was killed while writing. */
const STALE_TEMPORARY_MS = 60 * 60 * 1000;

export interface BlobCacheOptions {
  readonly folder: string;
  readonly maxBytes: number;
  /** Told about entries and folders that cannot be read or written; default: silence. */
  readonly onProblem?: (message: string) => void;
}

export class BlobCache {
  constructor(private readonly options: BlobCacheOptions) {}

  /** The content stored under `key` (hexadecimal), or null when there is none or it is damaged. Marks it as used now. */
  get(key: string): Uint8Array | null {
    const path = this.pathOf(key);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.problem(`cannot read ${path}`, error);
      return null;
    }
    const content = bytes.subarray(HEADER_BYTES);
    const sound = bytes.length >= HEADER_BYTES && bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
      createHash('sha256').update(content).digest().equals(bytes.subarray(MAGIC.length, HEADER_BYTES));
    if (!sound) {
      this.problem(`${path} is damaged; it is made again`, null);
      this.attempt(`cannot remove ${path}`, () => { rmSync(path, { force: true }); });
      return null;
    }
    const now = new Date();
    this.attempt(`cannot mark ${path} as used`, () => { utimesSync(path, now, now); });
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  }

  /** Stores `content`, then makes room. */
  put(key: string, content: Uint8Array): void {
    if (content.byteLength + HEADER_BYTES > this.options.maxBytes) return;
    this.attempt(`cannot write to ${this.options.folder}`, () => {
      mkdirSync(this.options.folder, { recursive: true });
      const temporary = join(this.options.folder, `${key}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
      try {
        writeFileSync(temporary, Buffer.concat([MAGIC, createHash('sha256').update(content).digest(), content]));
        renameSync(temporary, this.pathOf(key));
      } finally {
        rmSync(temporary, { force: true });
      }
      this.evict();
    });
  }

  private pathOf(key: string): string {
    if (!/^[0-9a-f]{16,128}$/.test(key)) throw new Error(`not a cache key: ${key}`);
    return join(this.options.folder, key + SUFFIX);
  }

  /** Removes the entries unused for longest until the rest fits. Another process may remove the same ones: no harm. */
  private evict(): void {
    const now = Date.now();
    const entries: { path: string; size: number; usedAt: number }[] = [];
    for (const name of readdirSync(this.options.folder)) {
      const path = join(this.options.folder, name);
      const status = statSync(path, { throwIfNoEntry: false });
      if (!status?.isFile()) continue;
      if (name.endsWith(SUFFIX)) entries.push({ path, size: status.size, usedAt: status.mtimeMs });
      else if (name.endsWith('.tmp') && now - status.mtimeMs > STALE_TEMPORARY_MS) rmSync(path, { force: true });
    }
    let total = entries.reduce((sum, entry) => sum + entry.size, 0);
    entries.sort((a, b) => a.usedAt - b.usedAt);
    for (const entry of entries) {
      if (total <= this.options.maxBytes) return;
      rmSync(entry.path, { force: true });
      total -= entry.size;
    }
  }

  private attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.problem(what, error);
    }
  }

  private problem(what: string, error: unknown): void {
    this.options.onProblem?.(error instanceof Error ? `${what}: ${error.message}` : what);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
