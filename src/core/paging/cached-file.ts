/**
 * A file as paging sees it, and what the page cache knows of it: which pages are in RAM, which of them are dirty, which have
 * left RAM, and which areas of which address spaces map it (Linux: struct address_space with i_pages and i_mmap).
 */
import type { AddressSpace } from './address-space';
import { CachedPages } from './cached-pages';
import type { Vma } from './vma';

export interface FileObject {
  readonly fileId: number;
  readonly path: string;
  /** Bytes of the file now. */
  size(): number;
  /** What its device holds of [offset, offset + length); shorter at its end and where nothing was ever written. */
  read(offset: number, length: number): Uint8Array;
  /** Puts bytes on the device. Absent: the content never changes (images of programs). */
  write?(offset: number, bytes: Uint8Array): void;
  /** The file is from now on `bytes` long; the device forgets what lay beyond. Absent as `write`. */
  setSize?(bytes: number): void;
  /** The content is a pattern (pattern.ts): seed of a page's. Frames keep the seed in place of bytes. */
  patternOf?(page: number): number;
  /** 'memory': there is no device behind it (shared memory): its pages are never clean, and gone when dropped. */
  readonly backing?: 'disk' | 'memory';
  /** It is gone when nobody maps it any more. */
  readonly isTemporary?: boolean;
}

/** A file whose content never changes. */
export function constantFile(fileId: number, path: string, content: Uint8Array): FileObject {
  return { fileId, path, size: () => content.length, read: (offset, length) => content.subarray(offset, offset + length) };
}

const NOTHING = new Uint8Array(0);

/**
 * Memory that processes share without a file (MAP_SHARED | MAP_ANONYMOUS): zeros at first, as long as somebody maps it. The page
 * cache is the only place that has it (Linux: an unnamed file of tmpfs).
 */
export class UnnamedMemory implements FileObject {
  readonly path = '/dev/zero (deleted)';
  readonly backing = 'memory';
  readonly isTemporary = true;

  constructor(readonly fileId: number, private readonly sizeBytes: number) {}

  size(): number {
    return this.sizeBytes;
  }

  read(): Uint8Array {
    return NOTHING;
  }
}

/** How a program said that it will read (madvise, posix_fadvise). */
export type ReadAdvice = 'normal' | 'random' | 'sequential';

export class CachedFile {
  /** Frame of each page that is in RAM. */
  readonly pages = new CachedPages();
  /** Dirty pages and since when, in cycles; insertion order is by age. */
  readonly dirty = new Map<number, number>();
  /** Pages that only the device has: of a constant file those that left RAM, of others those that were written back. */
  readonly onDevice = new Set<number>();
  /** Areas that map the file. */
  readonly mappings = new Map<Vma, AddressSpace>();
  /** Readahead: the page that a sequential reader misses next, and how many pages the last window had. */
  aheadNext = 0;
  aheadSize = 1;

  constructor(readonly file: FileObject) {}

  get isInMemoryOnly(): boolean {
    return this.file.backing === 'memory';
  }
}
