/**
 * The files behind the file and shared regions of light workloads: contents are patterns, pages are real pages of the page cache.
 * Regions of one path, and shared memory of one name, are the same file for all processes of a machine.
 */
import type { FileObject } from '../paging/page-cache';
import { fillPattern } from '../paging/pattern';

const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES / 4;

export class PatternFile implements FileObject {
  readonly backing: 'disk' | 'memory';
  private bytes = 0;

  constructor(readonly fileId: number, readonly path: string, isShared: boolean) {
    this.backing = isShared ? 'memory' : 'disk';
  }

  size(): number {
    return this.bytes;
  }

  /** The file is at least this long. */
  extend(bytes: number): void {
    this.bytes = Math.max(this.bytes, bytes);
  }

  /** Seed of a page's pattern: files hold something everywhere, fresh shared memory is zero. */
  patternOf(page: number): number {
    return this.backing === 'memory' ? 0 : ((Math.imul(this.fileId, 0x27d4eb2f) ^ Math.imul(page + 1, 0x165667b1)) >>> 1) || 1;
  }

  read(offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, this.bytes);
    const result = new Uint8Array(Math.max(0, end - offset));
    const words = new Uint32Array(PAGE_WORDS);
    const content = new Uint8Array(words.buffer);
    for (let at = offset; at < end;) {
      const page = Math.floor(at / PAGE_BYTES);
      const within = at % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - within, end - at);
      fillPattern(words, 0, this.patternOf(page));
      result.set(content.subarray(within, within + part), at - offset);
      at += part;
    }
    return result;
  }
}

/** The pattern files of one machine, by path. */
export class PatternFiles {
  private readonly byPath = new Map<string, PatternFile>();

  constructor(private readonly newFileId: () => number) {}

  /** The file of a path, or the shared memory of a name, at least `pages` long. */
  of(kind: 'file' | 'shared', source: string, pages: number): PatternFile {
    const path = kind === 'shared' ? `/dev/shm/${source.replace(/^\/+/, '')}` : source;
    let file = this.byPath.get(path);
    if (file === undefined) {
      file = new PatternFile(this.newFileId(), path, kind === 'shared');
      this.byPath.set(path, file);
    }
    file.extend(pages * PAGE_BYTES);
    return file;
  }
}
