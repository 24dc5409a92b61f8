/**
 * File descriptors of a process. A descriptor names an open file description; dup and fork make several descriptors name
 * the same one, which is closed with the last of them (open(2), dup(2), fork(2)).
 */
import { EBADF, EINVAL, EMFILE, ESPIPE } from './file-system';
import type { OpenFile } from './file-system';
import type { Pipe } from './pipes';

const DESCRIPTOR_LIMIT = 1024;

/** One end of a pipe, as an open file description. */
export interface PipeEnd extends OpenFile {
  readonly pipe: Pipe;
}

export function isPipe(file: OpenFile): file is PipeEnd {
  return 'pipe' in file;
}

/** Who is told of every description that nobody names any more. */
export interface DescriptionKeeper {
  closed(file: OpenFile): void;
}

export class DescriptorTable {
  private readonly open = new Map<number, OpenFile>();
  private readonly closeOnExec = new Set<number>();

  constructor(private readonly keeper: DescriptionKeeper | null = null) {}

  /** The table of a new program: the three standard streams. */
  static standard(keeper: DescriptionKeeper | null = null): DescriptorTable {
    const table = new DescriptorTable(keeper);
    (['stdin', 'stdout', 'stderr'] as const).forEach((name, fd) => {
      table.put(fd, { stream: name, file: null, offset: 0, readable: name === 'stdin', writable: name !== 'stdin', append: false, nonBlocking: false, references: 0 });
    });
    return table;
  }

  /** The table of a forked process: the same descriptions. */
  fork(): DescriptorTable {
    const table = new DescriptorTable(this.keeper);
    for (const [fd, file] of this.open) table.put(fd, file);
    for (const fd of this.closeOnExec) table.closeOnExec.add(fd);
    return table;
  }

  get(fd: number): OpenFile | null {
    return this.open.get(fd) ?? null;
  }

  /** The lowest free number from `from` on, or -EMFILE. */
  add(file: OpenFile, from = 0): number {
    let fd = from;
    while (this.open.has(fd)) fd++;
    if (fd >= DESCRIPTOR_LIMIT) return -EMFILE;
    this.put(fd, file);
    return fd;
  }

  /** Makes `to` name what `from` names, closing what it named before. */
  duplicate(from: number, to: number): number {
    const file = this.open.get(from);
    if (file === undefined || to < 0 || to >= DESCRIPTOR_LIMIT) return -EBADF;
    if (from === to) return to;
    this.close(to);
    this.put(to, file);
    return to;
  }

  close(fd: number): number {
    const file = this.open.get(fd);
    if (file === undefined) return -EBADF;
    this.open.delete(fd);
    this.closeOnExec.delete(fd);
    if (--file.references === 0) this.keeper?.closed(file);
    return 0;
  }

  /** All of them, ascending. */
  list(): readonly { readonly fd: number; readonly file: OpenFile }[] {
    return [...this.open].map(([fd, file]) => ({ fd, file })).sort((a, b) => a.fd - b.fd);
  }

  closeAll(): void {
    for (const fd of [...this.open.keys()]) this.close(fd);
  }

  setCloseOnExec(fd: number, on: boolean): void {
    if (on) this.closeOnExec.add(fd); else this.closeOnExec.delete(fd);
  }
  isCloseOnExec(fd: number): boolean {
    return this.closeOnExec.has(fd);
  }
  /** execve: descriptors that are marked so close. */
  exec(): void {
    for (const fd of [...this.closeOnExec]) this.close(fd);
  }

  seek(fd: number, offset: number, whence: number): number {
    const file = this.open.get(fd);
    if (file === undefined) return -EBADF;
    if (file.file === null) return -ESPIPE;
    const base = [0, file.offset, file.file.size()][whence];
    if (base === undefined || base + offset < 0) return -EINVAL;
    file.offset = base + offset;
    return file.offset;
  }

  private put(fd: number, file: OpenFile): void {
    this.open.set(fd, file);
    file.references++;
  }
}
