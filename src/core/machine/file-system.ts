/**
 * The machine's private file system: files in memory, one flat name space of paths, nothing of the host (Linux manual
 * section 2: open, read, write, lseek, unlink, rename). Errors are negative errno values.
 */
import type { FileObject } from '../paging/cached-file';

export const ENOENT = 2;
export const EBADF = 9;
export const EEXIST = 17;
export const EINVAL = 22;
export const EMFILE = 24;
export const ESPIPE = 29;
export const ENAMETOOLONG = 36;
export const EISDIR = 21;

const O_ACCMODE = 3;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;

/**
 * A file: its length, and what its simulated disk holds. Programs read and write it through the page cache
 * (paging/file-io.ts), which puts pages here when it writes them back; bytes that never came here are zeros.
 */
export class MemoryFile implements FileObject {
  private content = new Uint8Array(0);
  private length = 0;
  /** Names of the file and open descriptions of it: without either only mappings keep it. */
  links = 1;
  opens = 0;
  /** When the content changed last, in simulated nanoseconds since 1970; 0: never. */
  modifiedNs = 0n;

  constructor(readonly fileId: number, readonly path: string) {}

  /** Files of tmpfs have no device behind them (shm_overview(7)). */
  get backing(): 'disk' | 'memory' {
    return this.path.startsWith('/dev/shm/') ? 'memory' : 'disk';
  }

  /** Unlinked and closed: it is gone when nobody maps it any more. */
  get isTemporary(): boolean {
    return this.links === 0 && this.opens === 0;
  }

  /** A character device has no pages: nothing of it is cached, and it cannot be mapped. */
  get isDevice(): boolean {
    return false;
  }

  size(): number {
    return this.length;
  }

  read(offset: number, length: number): Uint8Array {
    return this.content.subarray(Math.min(offset, this.length), Math.min(offset + length, this.length));
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.content.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.content.length, 256));
      grown.set(this.content.subarray(0, this.length));
      this.content = grown;
    }
    this.content.set(bytes, offset);
    this.length = Math.max(this.length, end);
  }

  setSize(bytes: number): void {
    if (bytes < this.length) this.content.fill(0, bytes);
    if (bytes === 0) this.content = new Uint8Array(0);
    this.length = bytes;
  }
}

/** /dev/null: always empty, whatever is written to it (null(4)). */
export class NullDevice extends MemoryFile {
  override get isDevice(): boolean {
    return true;
  }
  override write(): void {
    // What is written vanishes.
  }
}

const NULL_PATH = '/dev/null';

/** An open file description. Streams are the three standard ones, which are no files here. */
export interface OpenFile {
  readonly stream: 'stdin' | 'stdout' | 'stderr' | null;
  readonly file: MemoryFile | null;
  offset: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly append: boolean;
  /** O_NONBLOCK belongs to the description. */
  nonBlocking: boolean;
  /** How many descriptors name it. */
  references: number;
}

export class FileSystem {
  private readonly files = new Map<string, MemoryFile>();

  /** `resize`: how a file is cut off (O_TRUNC); the machine's goes through the page cache. `unused`: nobody can open or read a file any more. */
  constructor(
    private readonly newFileId: () => number, private readonly resize: (file: MemoryFile, bytes: number) => void = (file, bytes) => { file.setSize(bytes); },
    private readonly unused: (file: MemoryFile) => void = () => undefined,
  ) {
    this.files.set(NULL_PATH, new NullDevice(newFileId(), NULL_PATH));
  }

  /** Opens a path relative to "/"; the description, or a negative errno. */
  open(path: string, flags: number): OpenFile | number {
    if (path === '') return -ENOENT;
    if (path.length >= 4096) return -ENAMETOOLONG;
    const name = normalise(path);
    if (name === '/') return -EISDIR;
    let file = this.files.get(name);
    if (file !== undefined && (flags & (O_CREAT | O_EXCL)) === (O_CREAT | O_EXCL)) return -EEXIST;
    if (file === undefined) {
      if ((flags & O_CREAT) === 0) return -ENOENT;
      file = new MemoryFile(this.newFileId(), name);
      this.files.set(name, file);
    }
    const mode = flags & O_ACCMODE;
    const writable = mode === O_WRONLY || mode === O_RDWR;
    if ((flags & O_TRUNC) !== 0 && writable && !file.isDevice) this.resize(file, 0);
    file.opens++;
    return { stream: null, file, offset: 0, readable: mode !== O_WRONLY, writable, append: (flags & O_APPEND) !== 0, nonBlocking: false, references: 0 };
  }

  /** The file of a path, or a negative errno. */
  find(path: string): MemoryFile | number {
    if (path === '') return -ENOENT;
    const name = normalise(path);
    return name === '/' ? -EISDIR : this.files.get(name) ?? -ENOENT;
  }

  /** An open file description of a file was closed. */
  closed(file: MemoryFile): void {
    file.opens--;
    if (file.isTemporary) this.unused(file);
  }

  unlink(path: string): number {
    const file = this.files.get(normalise(path));
    if (file === undefined) return -ENOENT;
    this.files.delete(normalise(path));
    this.lostName(file);
    return 0;
  }

  private lostName(file: MemoryFile): void {
    file.links--;
    if (file.isTemporary) this.unused(file);
  }

  rename(from: string, to: string): number {
    const file = this.files.get(normalise(from));
    if (file === undefined) return -ENOENT;
    const replaced = this.files.get(normalise(to));
    if (replaced === file) return 0;
    this.files.delete(normalise(from));
    this.files.set(normalise(to), file);
    if (replaced !== undefined) this.lostName(replaced);
    return 0;
  }
}

function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop(); else parts.push(part);
  }
  return '/' + parts.join('/');
}
