/**
 * System calls on files beyond open and close: pread, pwrite, truncate, ftruncate, fsync, posix_fadvise, fstat, stat (Linux
 * manual, section 2). Contents go through the page cache; a call that needs the device puts its process to sleep until the
 * transfer is done.
 */
import { Intrinsic } from '../intrinsics';
import { CONTINUE, LEAVE_AFTER } from '../kernel-interface';
import { readFile, resizeFile, writeFile } from '../paging/file-io';
import { PAGE_SIZE } from '../paging/units';
import type { Computer } from './computer';
import { EBADF, EINVAL, ESPIPE } from './file-system';
import type { MemoryFile, OpenFile } from './file-system';
import { probing, readGuest, writeGuest } from './guest-memory';
import type { Process } from './process';
import { BOOT_SECONDS, EFAULT, shadeDefined, TRANSFER_MAX, withPath } from './call-arguments';
import type { Arguments } from './call-arguments';
import { CYCLES_PER_SECOND } from '../../shared/config';

const ENOMEM = 12;
const EFBIG = 27;
/** Largest file: what a JS number counts exactly in pages, as far as the simulated disk is concerned. */
const SIZE_MAX = 2 ** 43;
const FADV_WILLNEED = 3;
const FADV_DONTNEED = 4;
const FADV_MAX = 5;
const S_IFREG_644 = 0o100644;
const S_IFCHR_666 = 0o020666;
const FACTS = 5;

export function fileCall(computer: Computer, process: Process, id: number, args: Arguments): number {
  switch (id) {
    case Intrinsic.pread: return readAt(computer, process, args);
    case Intrinsic.pwrite: return writeAt(computer, process, args);
    case Intrinsic.ftruncate: args.returnsInt(resize(computer, openFile(process, args.i32(0)), args.count(1))); return CONTINUE;
    case Intrinsic.truncate:
      args.returnsInt(withPath(computer, args, 0, (path) => {
        const file = computer.files.find(path);
        return typeof file === 'number' ? file : resizeTo(computer, file, args.count(1));
      }));
      return CONTINUE;
    case Intrinsic.fsync: return synchronise(computer, process, args);
    case Intrinsic.fadvise: return advise(computer, process, args);
    case Intrinsic.fstat: {
      const open = process.files.get(args.i32(0));
      args.returnsInt(open === null ? -EBADF : putFacts(computer, args.u64(1), open.file));
      return CONTINUE;
    }
    default:
      args.returnsInt(withPath(computer, args, 0, (path) => {
        const file = computer.files.find(path);
        return typeof file === 'number' ? file : putFacts(computer, args.u64(1), file);
      }));
      return CONTINUE;
  }
}

/** The process waits `cycles` for a device: it sleeps, and another runs. The call itself is complete. */
export function waitForDevice(computer: Computer, cycles: number): number {
  if (cycles <= 0) return CONTINUE;
  computer.ask({ kind: 'sleep', reason: 'device', untilCycle: computer.cycles() + cycles });
  return LEAVE_AFTER;
}

/** What a read came to: `cycles` of waiting for the device. */
export function readFromFile(computer: Computer, file: MemoryFile, offset: number, length: number): { readonly bytes: Uint8Array; readonly cycles: number } {
  return file.isDevice ? { bytes: new Uint8Array(0), cycles: 0 } : readFile(computer.system, file, offset, length);
}

/** Bytes written, or a negative errno. */
export function writeToFile(computer: Computer, file: MemoryFile, offset: number, bytes: Uint8Array): { readonly result: number; readonly cycles: number } {
  if (file.isDevice) return { result: bytes.length, cycles: 0 };
  if (offset + bytes.length > SIZE_MAX) return { result: -EFBIG, cycles: 0 };
  const { written, cycles } = writeFile(computer.system, file, offset, bytes);
  if (written > 0) touch(computer, file);
  return { result: written === 0 && bytes.length > 0 ? -ENOMEM : written, cycles };
}

function touch(computer: Computer, file: MemoryFile): void {
  file.modifiedNs = BigInt(BOOT_SECONDS) * 1_000_000_000n + (BigInt(Math.floor(computer.cycles())) * 1_000_000_000n) / BigInt(CYCLES_PER_SECOND);
}

function readAt(computer: Computer, process: Process, args: Arguments): number {
  const open = process.files.get(args.i32(0));
  const offset = args.count(3);
  const wanted = Math.min(args.count(2), TRANSFER_MAX);
  const problem = problemAt(open, open?.readable === true, wanted, offset);
  if (problem !== 0) { args.returns(BigInt(problem)); return CONTINUE; }
  if (open?.file == null) throw new Error('pread of no file');
  const { bytes, cycles } = readFromFile(computer, open.file, offset, wanted);
  const written = probing(computer, () => writeGuest(computer, args.u64(1), bytes));
  if (written < bytes.length) { args.returns(BigInt(-EFAULT)); return CONTINUE; }
  if (computer.checking && written > 0) shadeDefined(computer, args.u64(1), written);
  args.returns(BigInt(bytes.length));
  return waitForDevice(computer, cycles);
}

function writeAt(computer: Computer, process: Process, args: Arguments): number {
  const open = process.files.get(args.i32(0));
  const offset = args.count(3);
  const problem = problemAt(open, open?.writable === true, args.count(2), offset);
  if (problem !== 0) { args.returns(BigInt(problem)); return CONTINUE; }
  if (open?.file == null) throw new Error('pwrite of no file');
  const bytes = probing(computer, () => readGuest(computer, args.u64(1), Math.min(args.count(2), TRANSFER_MAX)));
  if (bytes === null) { args.returns(BigInt(-EFAULT)); return CONTINUE; }
  // With O_APPEND Linux writes at the end whatever the offset says (pwrite(2), "BUGS").
  const outcome = writeToFile(computer, open.file, open.append ? open.file.size() : offset, bytes);
  args.returns(BigInt(outcome.result));
  return waitForDevice(computer, outcome.cycles);
}

function problemAt(open: OpenFile | null, isAllowed: boolean, length: number, offset: number): number {
  if (offset < 0) return -EINVAL;
  if (open === null || !isAllowed) return -EBADF;
  if (open.file === null) return -ESPIPE;
  return length < 0 ? -EINVAL : 0;
}

/** The open file for writing behind a descriptor, or a negative errno. */
function openFile(process: Process, fd: number): MemoryFile | number {
  const open = process.files.get(fd);
  if (open === null) return -EBADF;
  return open.file === null || !open.writable ? -EINVAL : open.file;
}

function resize(computer: Computer, file: MemoryFile | number, bytes: number): number {
  return typeof file === 'number' ? file : resizeTo(computer, file, bytes);
}

function resizeTo(computer: Computer, file: MemoryFile, bytes: number): number {
  if (bytes < 0 || file.isDevice) return -EINVAL;
  if (bytes > SIZE_MAX) return -EFBIG;
  if (bytes !== file.size()) touch(computer, file);
  resizeFile(computer.system, file, bytes);
  return 0;
}

function synchronise(computer: Computer, process: Process, args: Arguments): number {
  const open = process.files.get(args.i32(0));
  if (open === null) { args.returnsInt(-EBADF); return CONTINUE; }
  if (open.file === null || open.file.isDevice) { args.returnsInt(-EINVAL); return CONTINUE; }
  args.returnsInt(0);
  const { pageCache, writeBack } = computer.system;
  return waitForDevice(computer, writeBack.write(pageCache.of(open.file), 0, Infinity, 'sync'));
}

/** WILLNEED begins to read; DONTNEED drops clean pages that nobody maps and begins to write the dirty ones (posix_fadvise(2)). */
function advise(computer: Computer, process: Process, args: Arguments): number {
  const open = process.files.get(args.i32(0));
  const [offset, length, advice] = [args.count(1), args.count(2), args.i32(3)];
  const { pageCache, writeBack, frames } = computer.system;
  const file = open?.file ?? null;
  const result = open === null ? EBADF : file === null ? ESPIPE : length < 0 || advice < 0 || advice > FADV_MAX ? EINVAL : 0;
  args.returnsInt(result);
  if (result !== 0 || file === null || file.isDevice) return CONTINUE;
  const first = Math.floor(offset / PAGE_SIZE);
  const last = length === 0 ? Infinity : Math.floor((offset + length) / PAGE_SIZE);
  if (advice === FADV_WILLNEED) pageCache.readIn(file, first, Math.min(last, Math.ceil(file.size() / PAGE_SIZE)));
  if (advice === FADV_DONTNEED) {
    const cached = pageCache.of(file);
    for (const [page, pfn] of [...cached.pages]) if (page >= first && page < last && frames.references(pfn) === 1 && !pageCache.isDirty(pfn)) pageCache.drop(pfn);
    writeBack.write(cached, first, last, 'flusher');
  }
  return CONTINUE;
}

/** Size, mode, number, 512-byte blocks and time of a file, for the library's struct stat; null: a stream. */
function putFacts(computer: Computer, va: bigint, file: MemoryFile | null): number {
  const isDevice = file === null || file.isDevice;
  const size = isDevice ? 0 : file.size();
  const facts = [BigInt(size), BigInt(isDevice ? S_IFCHR_666 : S_IFREG_644), BigInt(file?.fileId ?? 1), BigInt(Math.ceil(size / PAGE_SIZE) * 8), file?.modifiedNs ?? 0n];
  const bytes = new Uint8Array(8 * FACTS);
  facts.forEach((fact, i) => { new DataView(bytes.buffer).setBigInt64(8 * i, fact, true); });
  return probing(computer, () => writeGuest(computer, va, bytes)) === bytes.length ? 0 : -EFAULT;
}
