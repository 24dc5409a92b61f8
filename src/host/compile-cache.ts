/**
 * A ClangRunner that remembers: outcomes by content hash, in memory and on disk, so that a second run of the same
 * program starts no Clang. The key covers everything that decides the outcome: every source that the compilation may
 * open, Clang's arguments, the headers of the simulated system and the compiler's version.
 *
 * `prepare` compiles ahead of a run that may never come: its outcome stays in memory, and `compile` writes it to disk
 * when the run comes.
 */
import { createHash } from 'node:crypto';
import type { Diagnostic } from '../shared/diagnostics';
import { argumentsFor, type ClangOutcome, type ClangRequest, type ClangRunner } from '../toolchain/clang/driver';
import type { BlobCache } from './blob-cache';

/** Counts up when the stored form changes. */
const FORMAT = 2;
const MEMORY_ENTRIES = 64;

export interface CompileCacheOptions {
  readonly runner: ClangRunner;
  /** Null: remember in memory only. */
  readonly disk: BlobCache | null;
  /** Hash of the compiler's version and of the system headers (see fingerprint in system-files.ts). */
  readonly fingerprint: string;
}

/** The stored form: a JSON line with diagnostics and text, then the bitcode. */
interface Remembered { readonly outcome: ClangOutcome; readonly onDisk: boolean }
interface StoredHead { readonly diagnostics: readonly Diagnostic[]; readonly text: string; readonly bitcodeBytes: number | null }

export class CachingClangRunner implements ClangRunner {
  private readonly memory = new Map<string, Remembered>();
  /** Compilations under way: two equal requests share one. */
  private readonly running = new Map<string, Promise<ClangOutcome>>();

  constructor(private readonly options: CompileCacheOptions) {}

  async compile(request: ClangRequest): Promise<ClangOutcome> {
    const key = this.keyOf(request);
    const outcome = await this.outcomeOf(key, request);
    if (request.emit === 'bitcode') this.keepOnDisk(key, outcome);
    return outcome;
  }

  /** Compiles into memory. Rejects as `compile` does. */
  async prepare(request: ClangRequest): Promise<void> {
    await this.outcomeOf(this.keyOf(request), request);
  }

  private outcomeOf(key: string, request: ClangRequest): Promise<ClangOutcome> {
    const known = this.lookUp(key);
    if (known) return Promise.resolve(known);
    const underWay = this.running.get(key);
    if (underWay) return underWay;
    const work = this.options.runner.compile(request).then((outcome) => {
      this.keepInMemory(key, { outcome, onDisk: false });
      return outcome;
    }).finally(() => { this.running.delete(key); });
    this.running.set(key, work);
    return work;
  }

  private keyOf(request: ClangRequest): string {
    const sources = [...request.sources].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)).map(({ path, text }) => [path, text]);
    const decisive = JSON.stringify([FORMAT, this.options.fingerprint, argumentsFor(request), sources]);
    return createHash('sha256').update(decisive).digest('hex');
  }

  private lookUp(key: string): ClangOutcome | null {
    const inMemory = this.memory.get(key);
    if (inMemory) {
      this.memory.delete(key);
      this.memory.set(key, inMemory);
      return inMemory.outcome;
    }
    const stored = this.options.disk?.get(key);
    const outcome = stored ? decode(stored) : null;
    if (outcome) this.keepInMemory(key, { outcome, onDisk: true });
    return outcome;
  }

  private keepOnDisk(key: string, outcome: ClangOutcome): void {
    if (this.memory.get(key)?.onDisk) return;
    this.options.disk?.put(key, encode(outcome));
    this.keepInMemory(key, { outcome, onDisk: true });
  }

  private keepInMemory(key: string, entry: Remembered): void {
    this.memory.set(key, entry);
    const oldest = this.memory.keys().next();
    if (this.memory.size > MEMORY_ENTRIES && !oldest.done) this.memory.delete(oldest.value);
  }
}

function encode(outcome: ClangOutcome): Uint8Array {
  const head: StoredHead = { diagnostics: outcome.diagnostics, text: outcome.text, bitcodeBytes: outcome.bitcode?.byteLength ?? null };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), outcome.bitcode ?? new Uint8Array()]);
}

/** Null for an entry of another form; its checksum was right, so an older Pagewise wrote it. */
function decode(stored: Uint8Array): ClangOutcome | null {
  const end = stored.indexOf(0x0a);
  if (end < 0) return null;
  const head = JSON.parse(new TextDecoder().decode(stored.subarray(0, end))) as StoredHead;
  const body = stored.slice(end + 1);
  if (head.bitcodeBytes !== null && head.bitcodeBytes !== body.byteLength) return null;
  return { diagnostics: head.diagnostics, text: head.text, bitcode: head.bitcodeBytes === null ? null : body };
}
