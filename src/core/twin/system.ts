/**
 * System calls and allocator calls of the twin: the same answers as the machine's (src/core/machine/system-calls.ts), one
 * process, checker off. The private file system holds no statistics and is the machine's own.
 */
import { CYCLES_PER_SECOND, type RunConfig } from '../../shared/config';
import { Intrinsic } from '../intrinsics';
import { DescriptorTable } from '../machine/descriptors';
import { FileSystem } from '../machine/file-system';
import { TwinHeap } from './heap';
import { PROT_EXEC, PROT_READ, PROT_WRITE, TwinSignal, type TwinMemory } from './memory';

const EBADF = 9, ENOMEM = 12, EACCES = 13, EFAULT = 14, EEXIST = 17, EINVAL = 22;
const SIGABRT = 6, SIGKILL = 9, SIGSTOP = 19, LAST_SIGNAL = 64;
/** PW_SIGNAL_RETURN of resources/libc/src/process-calls.h: a handler is over. */
const SIGNAL_RETURN = 15;
const BOOT_SECONDS = 1735689600n, NANOSECONDS = 1_000_000_000n;
const TRANSFER_MAX = 1 << 20, PATH_MAX = 4096, USER_LIMIT = 1n << 47n, LOWEST_PAGE = 16;
const MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_FIXED_NOREPLACE = 0x100000;

/** The program called exit. */
export class TwinExit extends Error {
  constructor(readonly status: number) { super(`exit ${status}`); }
}

const int = (x: number): bigint => BigInt.asUintN(32, BigInt(x));
const long = (x: number | bigint): bigint => BigInt.asUintN(64, BigInt(x));

export class TwinSystem {
  readonly stdout: Uint8Array[] = [];
  readonly stderr: Uint8Array[] = [];
  /** Signal → address of its handler (0 default, 1 ignored). */
  readonly handlers = new Map<number, bigint>();
  /** Signals that a handler which runs now keeps away: bit n − 1 is signal n. */
  blocked = 0n;
  private readonly heap: TwinHeap;
  private readonly files = new FileSystem(() => 0);
  private readonly descriptors = DescriptorTable.standard();
  private inputAt = 0;
  private aborting = false;

  /** `cycles`: the simulated clock now. */
  constructor(private readonly memory: TwinMemory, private readonly config: RunConfig, private readonly input: Uint8Array, private readonly cycles: () => number) {
    this.heap = new TwinHeap(memory);
  }

  /** Result register of intrinsic `id`. Throws TwinExit and TwinSignal. */
  call(id: number, args: readonly bigint[]): bigint {
    const { costs } = this.config.machine, a = args[0] ?? 0n, b = args[1] ?? 0n;
    if (id <= Number(Intrinsic.malloc_usable_size)) {
      this.memory.extraCycles += costs.mallocBaseCycles;
      return this.heapCall(id, a, b);
    }
    this.memory.extraCycles += costs.systemCallCycles;
    const fd = Number(BigInt.asIntN(32, a));
    switch (id) {
      case Intrinsic.exit: throw new TwinExit(fd & 0xff);
      case Intrinsic.write: return long(this.write(fd, b, BigInt.asIntN(64, args[2]!)));
      case Intrinsic.read: return long(this.read(fd, b, BigInt.asIntN(64, args[2]!)));
      case Intrinsic.open: return int(this.withPath(a, (path) => {
        const opened = this.files.open(path, Number(BigInt.asIntN(32, b)));
        return typeof opened === 'number' ? opened : this.descriptors.add(opened);
      }));
      case Intrinsic.close: return int(this.descriptors.close(fd));
      case Intrinsic.lseek: return long(this.descriptors.seek(fd, Number(BigInt.asIntN(64, b)), Number(BigInt.asIntN(32, args[2]!))));
      case Intrinsic.unlink: return int(this.withPath(a, (path) => this.files.unlink(path)));
      case Intrinsic.rename: return int(this.withPath(a, (from) => this.withPath(b, (to) => this.files.rename(from, to))));
      case Intrinsic.isatty: {
        const stream = this.descriptors.get(fd)?.stream ?? null;
        const kind = stream === 'stdin' ? this.config.stdin ?? this.config.stdout : this.config.stdout;
        return stream !== null && kind === 'tty' ? 1n : 0n;
      }
      case Intrinsic.sbrk: return long(this.sbrk(BigInt.asIntN(64, a)));
      case Intrinsic.mmap: return long(this.mmap(args));
      case Intrinsic.munmap: return int(this.munmap(a, b));
      case Intrinsic.mprotect: return int(this.mprotect(a, b, Number(BigInt.asIntN(32, args[2]!))));
      case Intrinsic.raise:
        if (fd < 1 || fd > LAST_SIGNAL) return int(-EINVAL);
        if ((this.blocked >> BigInt(fd - 1) & 1n) === 1n) throw new Error(`twin: signal ${fd} is raised in its own handler`);
        throw new TwinSignal(fd, false, fd === SIGKILL);
      case Intrinsic.signal: return long(this.setHandler(fd, b));
      case Intrinsic.abort: return this.abort();
      case Intrinsic.clock_gettime: { const elapsed = BigInt(Math.floor(this.cycles())) * NANOSECONDS / BigInt(CYCLES_PER_SECOND); return fd === 0 ? BOOT_SECONDS * NANOSECONDS + elapsed : elapsed; }
      case Intrinsic.getpid: return int(this.config.pid);
      case Intrinsic.nanosleep: this.memory.extraCycles += Math.round(Number(a) * (CYCLES_PER_SECOND / 1e9)); return 0n;
      case Intrinsic.assert_record: for (const at of [1, 3, 0]) this.probing(() => this.path(args[at]!)); return 0n;
      case Intrinsic.client_request: return a;
      case Intrinsic.process:
        if (fd !== SIGNAL_RETURN) throw new Error(`twin: process call ${fd} is unknown`);
        this.blocked = b;
        return 0n;
      default: throw new Error(`twin: intrinsic ${id} is unknown`);
    }
  }

  private heapCall(id: number, a: bigint, b: bigint): bigint {
    switch (id) {
      case Intrinsic.malloc: return this.heap.malloc(a);
      case Intrinsic.free: this.heap.free(a); return 0n;
      case Intrinsic.calloc: return this.heap.calloc(a, b);
      case Intrinsic.realloc: return this.heap.realloc(a, b);
      case Intrinsic.memalign: return this.heap.memalign(a, b);
      default: return this.heap.usableSize(a);
    }
  }

  private probing<T>(body: () => T): T {
    this.memory.probing = true;
    try { return body(); } finally { this.memory.probing = false; }
  }

  private write(fd: number, va: bigint, wanted: bigint): number {
    const file = this.descriptors.get(fd);
    if (!file?.writable) return -EBADF;
    if (wanted < 0n) return -EINVAL;
    const bytes = this.probing(() => this.memory.readRange(va, Math.min(Number(wanted), TRANSFER_MAX)));
    if (!bytes) return -EFAULT;
    if (file.file) {
      if (file.append) file.offset = file.file.size();
      file.file.write(file.offset, bytes);
      file.offset += bytes.length;
    } else (file.stream === 'stderr' ? this.stderr : this.stdout).push(bytes);
    return bytes.length;
  }

  private read(fd: number, va: bigint, count: bigint): number {
    const file = this.descriptors.get(fd);
    if (!file?.readable) return -EBADF;
    const wanted = Math.min(Number(count), TRANSFER_MAX);
    if (wanted < 0) return -EINVAL;
    let bytes: Uint8Array;
    if (file.file) {
      bytes = file.file.read(file.offset, wanted);
      file.offset += bytes.length;
    } else {
      bytes = this.input.subarray(this.inputAt, this.inputAt + wanted);
      this.inputAt += bytes.length;
    }
    return this.probing(() => this.memory.writeRange(va, bytes)) < bytes.length ? -EFAULT : bytes.length;
  }

  private withPath(va: bigint, use: (path: string) => number): number {
    const path = this.probing(() => this.path(va));
    return path === null ? -EFAULT : use(path);
  }

  /** A C string, one access per page. */
  private path(va: bigint): string | null {
    let text = '', ended = false;
    for (let at = va; !ended && text.length < PATH_MAX;) {
      const bytes = this.memory.kernelTranslate(at, 'read');
      if (!bytes) return null;
      const start = Number(at & 4095n), end = Math.min(4096, start + PATH_MAX - text.length);
      for (let p = start; p < end && !ended; p++) if (bytes[p] === 0) ended = true; else text += String.fromCharCode(bytes[p]!);
      at += BigInt(end - start);
    }
    return text;
  }

  private sbrk(increment: bigint): bigint {
    const wanted = this.memory.brk + increment;
    return increment === 0n || this.memory.setBreak(wanted) === wanted ? wanted : BigInt(-ENOMEM);
  }

  private mmap(args: readonly bigint[]): bigint {
    const [hint, length, offset] = [args[0]!, args[1]!, BigInt.asIntN(64, args[5]!)];
    const [prot, flags, fd] = [args[2]!, args[3]!, args[4]!].map((x) => Number(BigInt.asIntN(32, x))) as [number, number, number];
    if (length === 0n || offset < 0n || (offset & 4095n) !== 0n || (flags & (MAP_SHARED | MAP_PRIVATE)) === 0) return BigInt(-EINVAL);
    if (length > USER_LIMIT) return BigInt(-ENOMEM);
    const pages = Number(length + 4095n >> 12n), userEnd = 2 ** (this.config.machine.levels === 5 ? 44 : 35), open = this.descriptors.get(fd);
    const isAnonymous = (flags & MAP_ANONYMOUS) !== 0;
    if (!isAnonymous && (open === null || open.file === null)) return BigInt(-EBADF);
    if (!isAnonymous && (!open!.readable || ((flags & MAP_SHARED) !== 0 && (prot & PROT_WRITE) !== 0))) return BigInt(-EACCES);
    let first = this.memory.findGap(pages);
    const asked = Number(hint >> 12n), fits = asked >= LOWEST_PAGE && asked + pages <= userEnd;
    if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0) {
      if ((hint & 4095n) !== 0n) return BigInt(-EINVAL);
      if (!fits) return BigInt(-ENOMEM);
      first = asked;
      if (!this.memory.isFree(first, first + pages)) {
        if ((flags & MAP_FIXED_NOREPLACE) !== 0) return BigInt(-EEXIST);
        this.memory.unmap(first, first + pages);
      }
    } else if (hint !== 0n && hint < USER_LIMIT && fits && this.memory.isFree(asked, asked + pages)) first = asked;
    if (first < 0) return BigInt(-ENOMEM);
    this.memory.map({ first, last: first + pages, prot: prot & (PROT_READ | PROT_WRITE | PROT_EXEC), growsDown: false, file: isAnonymous ? null : open!.file, filePage: Number(offset >> 12n) });
    return BigInt(first) << 12n;
  }

  private munmap(va: bigint, length: bigint): number {
    if ((va & 4095n) !== 0n || length === 0n || va + length > USER_LIMIT) return -EINVAL;
    this.memory.unmap(Number(va >> 12n), Number(va + length + 4095n >> 12n));
    return 0;
  }

  private mprotect(va: bigint, length: bigint, prot: number): number {
    if ((va & 4095n) !== 0n || (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC)) !== 0) return -EINVAL;
    if (length === 0n) return 0;
    const first = Number(va >> 12n), last = Number(va + length + 4095n >> 12n);
    if (va + length > USER_LIMIT || !this.memory.covers(first, last)) return -ENOMEM;
    this.memory.protect(first, last, prot);
    return 0;
  }

  private setHandler(signal: number, handler: bigint): bigint {
    if (signal < 1 || signal > LAST_SIGNAL || signal === SIGKILL || signal === SIGSTOP) return BigInt(-EINVAL);
    const previous = this.handlers.get(signal) ?? 0n;
    this.handlers.set(signal, handler);
    return previous;
  }

  /** A handler runs once; then the default action comes whatever it did. */
  private abort(): never {
    const handler = this.handlers.get(SIGABRT) ?? 0n;
    if (handler > 1n && !this.aborting) {
      this.aborting = true;
      throw new TwinSignal(SIGABRT, true);
    }
    this.handlers.delete(SIGABRT);
    throw new TwinSignal(SIGABRT, false, true);
  }
}
