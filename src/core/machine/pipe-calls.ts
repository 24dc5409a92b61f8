/**
 * System calls about pipes, open file descriptions and shared memory (pipe(2), fcntl(2), shm_open(3), shmctl(2)). Called by
 * process-calls.ts, and by read and write in system-calls.ts.
 */
import { CONTINUE, LEAVE_AFTER } from '../kernel-interface';
import { resizeFile } from '../paging/file-io';
import { EFAULT, putBytes, running, waitOn, withPath } from './call-arguments';
import type { Arguments } from './call-arguments';
import type { Computer } from './computer';
import { isPipe } from './descriptors';
import type { PipeEnd } from './descriptors';
import { EBADF, EEXIST, EINVAL, ENOENT } from './file-system';
import type { OpenFile } from './file-system';
import { PIPE_BUF, Pipe } from './pipes';
import type { Process } from './process';
import { SharedMemory } from './shared-memory';
import { SIGPIPE, sendSignal, sentSignal } from './signals';

const EAGAIN = 11;
const EPIPE = 32;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;

// ---- Pipes ----------------------------------------------------------------------------------------------------------

export function openPipe(computer: Computer, process: Process, to: bigint, flags: number): number {
  const pipe = new Pipe();
  const end = (readable: boolean): PipeEnd => ({ stream: null, file: null, offset: 0, readable, writable: !readable, append: false, nonBlocking: false, references: 0, pipe });
  const [reader, writer] = [end(true), end(false)];
  const first = process.files.add(reader);
  const second = first < 0 ? first : process.files.add(writer);
  if (first >= 0 && second < 0) process.files.close(first);
  if (second < 0) return second;
  pipe.readers = 1;
  pipe.writers = 1;
  for (const file of [reader, writer]) file.nonBlocking = (flags & O_NONBLOCK) !== 0;
  for (const fd of [first, second]) process.files.setCloseOnExec(fd, (flags & O_CLOEXEC) !== 0);
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, first, true);
  view.setInt32(4, second, true);
  if (putBytes(computer, to, bytes)) return 0;
  process.files.close(first);
  process.files.close(second);
  return -EFAULT;
}

/** read(2) of a pipe. */
export function readPipe(computer: Computer, process: Process, end: PipeEnd, args: Arguments, wanted: number): number {
  const { pipe } = end;
  if (wanted > 0 && pipe.count === 0 && pipe.writers > 0) {
    if (end.nonBlocking) { args.returns(BigInt(-EAGAIN)); return CONTINUE; }
    return waitOn(computer, process, args, pipe.filled, 'pipe', true);
  }
  const bytes = pipe.take(wanted);
  computer.wakeAll(pipe.emptied);
  args.returns(putBytes(computer, args.u64(1), bytes) ? BigInt(bytes.length) : BigInt(-EFAULT));
  return CONTINUE;
}

/** write(2) to a pipe. `bytes`: all that shall be written. */
export function writePipe(computer: Computer, process: Process, end: PipeEnd, args: Arguments, bytes: Uint8Array): number {
  const { pipe } = end;
  const thread = running(computer);
  if (pipe.readers === 0) {
    thread.callProgress = 0;
    sendSignal(computer, process, sentSignal(SIGPIPE));
    args.returns(BigInt(-EPIPE));
    return LEAVE_AFTER;
  }
  const left = bytes.subarray(thread.callProgress);
  const room = bytes.length <= PIPE_BUF && pipe.room < left.length ? 0 : Math.min(pipe.room, left.length);
  pipe.put(left.subarray(0, room));
  if (room > 0) computer.wakeAll(pipe.filled);
  thread.callProgress += room;
  const isDone = thread.callProgress >= bytes.length;
  if (!isDone && !end.nonBlocking) {
    const answer = waitOn(computer, process, args, pipe.emptied, 'pipe', thread.callProgress === 0);
    if (answer === LEAVE_AFTER) {
      if (thread.callProgress > 0) args.returns(BigInt(thread.callProgress));
      thread.callProgress = 0;
    }
    return answer;
  }
  args.returns(BigInt(thread.callProgress > 0 || bytes.length === 0 ? thread.callProgress : -EAGAIN));
  thread.callProgress = 0;
  return CONTINUE;
}

/** Nobody names an open file description any more. */
export function closeDescription(computer: Computer, file: OpenFile): void {
  if (isPipe(file)) closePipeEnd(computer, file);
  else if (file.file instanceof SharedMemory) {
    file.file.openCount--;
    computer.system.pageCache.forgetUnmapped(file.file);
  } else if (file.file !== null) computer.files.closed(file.file);
}

/** The last descriptor of a pipe's end was closed: who waits at the other end looks. */
function closePipeEnd(computer: Computer, end: PipeEnd): void {
  if (end.readable) end.pipe.readers--; else end.pipe.writers--;
  computer.wakeAll(end.pipe.filled);
  computer.wakeAll(end.pipe.emptied);
}

export function fileControl(process: Process, fd: number, command: number, argument: number): number {
  const file = process.files.get(fd);
  if (file === null) return -EBADF;
  switch (command) {
    case 0: return process.files.add(file, Math.max(0, argument));
    case 1: return process.files.isCloseOnExec(fd) ? 1 : 0;
    case 2: process.files.setCloseOnExec(fd, (argument & 1) !== 0); return 0;
    case 3: return (file.readable && file.writable ? 2 : file.writable ? 1 : 0) | (file.append ? 0o2000 : 0) | (file.nonBlocking ? O_NONBLOCK : 0);
    case 4: file.nonBlocking = (argument & O_NONBLOCK) !== 0; return 0;
    case 1030: {
      const made = process.files.add(file, Math.max(0, argument));
      if (made >= 0) process.files.setCloseOnExec(made, true);
      return made;
    }
    default: return -EINVAL;
  }
}

// ---- Shared memory --------------------------------------------------------------------------------------------------

export function openShared(computer: Computer, process: Process, args: Arguments): number {
  const flags = args.i32(2);
  return withPath(computer, args, 1, (name) => {
    if (!/^\/?[^/]+$/.test(name)) return -EINVAL;
    const path = `/dev/shm/${name.replace(/^\//, '')}`;
    let memory = computer.sharedMemory.get(path);
    if (memory !== undefined && (flags & (O_CREAT | O_EXCL)) === (O_CREAT | O_EXCL)) return -EEXIST;
    if (memory === undefined) {
      if ((flags & O_CREAT) === 0) return -ENOENT;
      memory = new SharedMemory(computer.ids.newFileId(), path, 0);
      computer.sharedMemory.set(path, memory);
    } else if ((flags & O_TRUNC) !== 0) resizeFile(computer.system, memory, 0);
    const writable = (flags & 3) !== 0;
    const fd = process.files.add({ stream: null, file: memory, offset: 0, readable: true, writable, append: false, nonBlocking: false, references: 0 });
    if (fd < 0) return fd;
    memory.openCount++;
    process.files.setCloseOnExec(fd, true);
    return fd;
  });
}

/** The name goes; who has it open or mapped keeps it. */
export function unlinkShared(computer: Computer, name: string): number {
  const path = `/dev/shm/${name.replace(/^\//, '')}`;
  const memory = computer.sharedMemory.get(path);
  if (memory === undefined) return -ENOENT;
  computer.sharedMemory.delete(path);
  memory.isUnlinked = true;
  computer.system.pageCache.forgetUnmapped(memory);
  return 0;
}

/** IPC_RMID 0, IPC_STAT 2: {size, attached, creator, last pid} as four u64. */
export function segmentControl(computer: Computer, id: number, command: number, to: bigint): number {
  if (command === 0) return computer.sharedSegments.remove(computer, id);
  const segment = computer.sharedSegments.find(id);
  if (segment === null || command !== 2) return -EINVAL;
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  [segment.bytes, segment.attached, segment.creatorPid, segment.lastPid].forEach((value, k) => { view.setBigUint64(8 * k, BigInt(value), true); });
  return putBytes(computer, to, bytes) ? 0 : -EFAULT;
}
