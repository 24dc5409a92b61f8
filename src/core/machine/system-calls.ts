/**
 * The machine's own intrinsics (src/core/intrinsics.ts, from 64 on): what the C library asks of allocator and system.
 *
 * Each gets its arguments from register slots in the store and puts its result into one; a negative result is -errno.
 * The answer tells the kernel how to go on (kernel-interface.ts). Semantics: Linux manual, section 2.
 */
import { CYCLES_PER_SECOND } from '../../shared/config';
import { Intrinsic } from '../intrinsics';
import { CONTINUE, LEAVE_AFTER, LEAVE_RETRY } from '../kernel-interface';
import { Arguments, BOOT_SECONDS, EFAULT, PATH_MAX, shadeDefined, TRANSFER_MAX, waitOn, withPath } from './call-arguments';
import { clientRequest } from './client-requests';
import type { Computer, Request } from './computer';
import { EBADF, EINVAL } from './file-system';
import { probing, readCString, readGuest, writeGuest } from './guest-memory';
import { askForJump, JMP_BUF_BYTES, noteJump } from './jumps';
import { fileCall, readFromFile, waitForDevice, writeToFile } from './file-calls';
import { memoryCall } from './memory-calls';
import { isPipe } from './descriptors';
import { readPipe, writePipe } from './pipe-calls';
import { processCall } from './process-calls';
import type { Process } from './process';
import { isSignal, SA_RESTART, sentSignal, SIGABRT, SIGKILL, SIGSTOP } from './signals';
import { asSystemCall } from './system-call-events';

/** Runs one intrinsic of the running thread; leaves the kernel when it made somebody ready, or a signal due. */
export function callIntrinsic(computer: Computer, id: number, argsAddress: number, resultAddress: number): number {
  const answer = intrinsic(computer, id, argsAddress, resultAddress);
  return answer === CONTINUE && computer.reschedule ? LEAVE_AFTER : answer;
}

function intrinsic(computer: Computer, id: number, argsAddress: number, resultAddress: number): number {
  const args = new Arguments(computer, argsAddress, resultAddress);
  const isAgain = computer.current?.inCall ?? false;
  if (computer.current !== null) computer.current.inCall = false;
  const process = computer.running;
  if (id <= Intrinsic.malloc_usable_size) return heapCall(computer, process, id, args);
  return asSystemCall(computer, id, argsAddress, resultAddress, isAgain, () => systemCall(computer, process, id, args, resultAddress));
}

function systemCall(computer: Computer, process: Process, id: number, args: Arguments, resultAddress: number): number {
  computer.chargeCycles(computer.config.machine.costs.systemCallCycles);
  switch (id) {
    case Intrinsic.exit: return leave(computer, { kind: 'exit', status: args.i32(0) & 0xff });
    case Intrinsic.write: return write(computer, process, args);
    case Intrinsic.read: return read(computer, process, args);
    case Intrinsic.open: args.returnsInt(open(computer, process, args)); return CONTINUE;
    case Intrinsic.close: args.returnsInt(process.files.close(args.i32(0))); return CONTINUE;
    case Intrinsic.lseek: args.returns(BigInt(process.files.seek(args.i32(0), args.count(1), args.i32(2)))); return CONTINUE;
    case Intrinsic.unlink: args.returnsInt(withPath(computer, args, 0, (path) => computer.files.unlink(path))); return CONTINUE;
    case Intrinsic.rename:
      args.returnsInt(withPath(computer, args, 0, (from) => withPath(computer, args, 1, (to) => computer.files.rename(from, to))));
      return CONTINUE;
    case Intrinsic.isatty: args.returnsInt(isTerminal(computer, process, args.i32(0)) ? 1 : 0); return CONTINUE;
    case Intrinsic.sbrk: case Intrinsic.mmap: case Intrinsic.munmap: case Intrinsic.mprotect:
      return memoryCall(computer, process, id, args);
    case Intrinsic.msync: case Intrinsic.madvise: case Intrinsic.mincore:
      return memoryCall(computer, process, id, args);
    case Intrinsic.ftruncate: case Intrinsic.truncate: case Intrinsic.fsync: case Intrinsic.fadvise: case Intrinsic.fstat: case Intrinsic.stat:
    case Intrinsic.pread: case Intrinsic.pwrite:
      return fileCall(computer, process, id, args);
    case Intrinsic.process: return processCall(computer, process, args, resultAddress);
    case Intrinsic.raise: return raise(computer, process, args);
    case Intrinsic.signal: args.returns(setHandler(process, args.i32(0), args.u64(1))); return CONTINUE;
    case Intrinsic.abort: return abort(computer, process);
    case Intrinsic.clock_gettime: args.returns(clock(computer, process, args.i32(0))); return CONTINUE;
    case Intrinsic.getpid: args.returnsInt(process.pid); return CONTINUE;
    case Intrinsic.nanosleep: return doze(computer, process, args);
    case Intrinsic.assert_record: recordAssertion(computer, process, args); return CONTINUE;
    case Intrinsic.client_request: args.returns(clientRequest(computer, process, args.u64(0), args.u64(1))); return CONTINUE;
    case Intrinsic.set_jump:
      if (noteJump(computer, args.u64(0), resultAddress) && computer.checking) shadeDefined(computer, args.u64(0), JMP_BUF_BYTES);
      args.returnsInt(0);
      return CONTINUE;
    case Intrinsic.long_jump: return askForJump(computer, args.u64(0), args.i32(1));
    default: throw new Error(`intrinsic ${String(id)} is not known to the machine`);
  }
}

function leave(computer: Computer, request: Request): number {
  computer.ask(request);
  return LEAVE_AFTER;
}

/** Allocator calls: no system call is made; the search is charged by the heap, the call itself here. */
function heapCall(computer: Computer, process: Process, id: number, args: Arguments): number {
  const { heap } = process;
  if (heap === null) throw new Error('the process has no heap');
  computer.chargeCycles(computer.config.machine.costs.mallocBaseCycles);
  switch (id) {
    case Intrinsic.malloc: args.returns(heap.malloc(args.u64(0))); break;
    case Intrinsic.free: heap.free(args.u64(0)); break;
    case Intrinsic.calloc: args.returns(heap.calloc(args.u64(0), args.u64(1))); break;
    case Intrinsic.realloc: args.returns(heap.realloc(args.u64(0), args.u64(1))); break;
    case Intrinsic.memalign: args.returns(heap.memalign(args.u64(0), args.u64(1))); break;
    default: args.returns(heap.usableSize(args.u64(0))); break;
  }
  const limit = computer.config.maxHeapBytes;
  if (limit > 0 && heap.liveBytes() > limit) {
    return leave(computer, { kind: 'limit', limit: 'heap', reason: `the program held more than ${String(limit)} bytes of heap` });
  }
  return computer.request === null ? CONTINUE : LEAVE_AFTER;
}

function write(computer: Computer, process: Process, args: Arguments): number {
  const file = process.files.get(args.i32(0));
  if (file === null || !file.writable) { args.returns(BigInt(-EBADF)); return CONTINUE; }
  const wanted = args.count(2);
  if (wanted < 0) { args.returns(BigInt(-EINVAL)); return CONTINUE; }
  const bytes = probing(computer, () => readGuest(computer, args.u64(1), Math.min(wanted, TRANSFER_MAX)));
  if (bytes === null) { args.returns(BigInt(-EFAULT)); return CONTINUE; }
  if (isPipe(file)) return writePipe(computer, process, file, args, bytes);
  args.returns(BigInt(bytes.length));
  if (file.file !== null) {
    if (file.append) file.offset = file.file.size();
    const outcome = writeToFile(computer, file.file, file.offset, bytes);
    args.returns(BigInt(outcome.result));
    file.offset += Math.max(0, outcome.result);
    return waitForDevice(computer, outcome.cycles);
  }
  return emit(computer, file.stream === 'stderr' ? 'stderr' : 'stdout', bytes);
}

/** Output leaves the machine; the limit cuts it at the exact byte. */
function emit(computer: Computer, stream: 'stdout' | 'stderr', bytes: Uint8Array): number {
  const limit = computer.config.maxOutputBytes;
  const room = limit > 0 ? limit - computer.outputBytes : bytes.length;
  const part = bytes.length <= room ? bytes : bytes.subarray(0, room);
  computer.outputBytes += part.length;
  if (part.length > 0 && !computer.input.isReplay) computer.ports.output(stream, part, computer.running);
  if (part === bytes) return CONTINUE;
  return leave(computer, { kind: 'limit', limit: 'output', reason: `the program wrote more than ${String(limit)} bytes` });
}

function read(computer: Computer, process: Process, args: Arguments): number {
  const file = process.files.get(args.i32(0));
  if (file === null || !file.readable) { args.returns(BigInt(-EBADF)); return CONTINUE; }
  const wanted = Math.min(args.count(2), TRANSFER_MAX);
  if (wanted < 0) { args.returns(BigInt(-EINVAL)); return CONTINUE; }
  if (isPipe(file)) return readPipe(computer, process, file, args, wanted);
  let bytes: Uint8Array;
  let wait = 0;
  if (file.file !== null) {
    const outcome = readFromFile(computer, file.file, file.offset, wanted);
    ({ bytes } = outcome);
    wait = outcome.cycles;
    file.offset += bytes.length;
  } else {
    const answer = wanted === 0 ? new Uint8Array(0) : computer.input.take(wanted, computer.stamp());
    if (answer === 'wait') {
      return waitOn(computer, process, args, computer.inputWaiters, 'input', true);
    }
    bytes = answer ?? new Uint8Array(0);
  }
  const written = probing(computer, () => writeGuest(computer, args.u64(1), bytes));
  if (written < bytes.length) { args.returns(BigInt(-EFAULT)); return CONTINUE; }
  if (computer.checking && written > 0) shadeDefined(computer, args.u64(1), written);
  args.returns(BigInt(bytes.length));
  return waitForDevice(computer, wait);
}

function open(computer: Computer, process: Process, args: Arguments): number {
  return withPath(computer, args, 0, (path) => {
    const opened = computer.files.open(path, args.i32(1));
    if (typeof opened === 'number') return opened;
    const fd = process.files.add(opened);
    if (fd < 0 && opened.file !== null) computer.files.closed(opened.file);
    return fd;
  });
}

/** Standard input and output follow the configuration; standard error too, so that both behave alike on one terminal. */
function isTerminal(computer: Computer, process: Process, fd: number): boolean {
  const file = process.files.get(fd);
  if (file === null || file.stream === null) return false;
  const { stdin, stdout } = computer.config;
  return (file.stream === 'stdin' ? stdin ?? stdout : stdout) === 'tty';
}

function raise(computer: Computer, process: Process, args: Arguments): number {
  const signal = args.i32(0);
  if (!isSignal(signal)) { args.returnsInt(-EINVAL); return CONTINUE; }
  args.returnsInt(0);
  return leave(computer, { kind: 'signal', signal: { ...sentSignal(signal), senderPid: process.pid } });
}

function setHandler(process: Process, signal: number, handler: bigint): bigint {
  if (!isSignal(signal) || signal === SIGKILL || signal === SIGSTOP) return BigInt(-EINVAL);
  const previous = process.actions.get(signal)?.handler ?? 0n;
  process.actions.set(signal, { handler, flags: SA_RESTART, mask: 0n });
  if (handler === 1n) process.pendingSignals = process.pendingSignals.filter((pending) => pending.signal !== signal);
  return previous;
}

/** abort(): SIGABRT; a handler that returns does not save the process. */
function abort(computer: Computer, process: Process): number {
  const handler = process.actions.get(SIGABRT)?.handler ?? 0n;
  if (handler <= 1n || process.aborting) {
    process.actions.delete(SIGABRT);
    return leave(computer, { kind: 'signal', signal: { ...sentSignal(SIGABRT), fatal: true } });
  }
  process.aborting = true;
  computer.ask({ kind: 'signal', signal: sentSignal(SIGABRT) });
  return LEAVE_RETRY;
}

/** Simulated nanoseconds. */
function clock(computer: Computer, process: Process, which: number): bigint {
  const nanoseconds = (cycles: number): bigint => (BigInt(Math.floor(cycles)) * 1_000_000_000n) / BigInt(CYCLES_PER_SECOND);
  const elapsed = nanoseconds(computer.cycles());
  if (which === 0) return BigInt(BOOT_SECONDS) * 1_000_000_000n + elapsed;
  if (which === 2 && computer.processes.size > 1) return nanoseconds(process.cycles);
  return elapsed;
}

/** Alone, the process has the machine sleep with it; others run meanwhile. */
function doze(computer: Computer, process: Process, args: Arguments): number {
  const cycles = Math.round(Number(args.u64(0)) * (CYCLES_PER_SECOND / 1e9));
  if (computer.processes.living === 1 && process.alarm === null) {
    computer.chargeCycles(cycles);
    return CONTINUE;
  }
  return leave(computer, { kind: 'sleep', reason: 'timer', untilCycle: computer.cycles() + cycles });
}

function recordAssertion(computer: Computer, process: Process, args: Arguments): void {
  const text = (k: number): string => probing(computer, () => readCString(computer, args.u64(k), PATH_MAX)) ?? '?';
  process.assertion = `${text(1)}:${String(args.i32(2))}: ${text(3)}: assertion \`${text(0)}' failed`;
}
