/** sbrk, mmap, munmap, mprotect, msync, madvise, mincore (Linux manual, section 2). Every address and length is checked before anything changes. */
import { Intrinsic } from '../intrinsics';
import { ACCESS_READ, ACCESS_WRITE, CONTINUE } from '../kernel-interface';
import { EventKind } from '../events/event-log';
import { MMAP_MIN_VPN } from '../paging/address-space';
import type { AddressSpace } from '../paging/address-space';
import { UnnamedMemory } from '../paging/cached-file';
import type { FileObject } from '../paging/cached-file';
import { FaultVerdict } from '../paging/fault-handler';
import { highOf, lowOf, vaOf, vpnOfVa } from '../paging/units';
import type { Vpn } from '../paging/units';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../paging/vma';
import type { Computer } from './computer';
import { EBADF, EEXIST, EINVAL } from './file-system';
import { waitForDevice } from './file-calls';
import { probing, writeGuest } from './guest-memory';
import { adviseHuge, cutsHugePage, gapFor, hugeLevelOf, mapHugetlb } from './huge-calls';
import type { Process } from './process';
import { EFAULT, shadeDefined } from './call-arguments';
import type { Arguments } from './call-arguments';

const ENOMEM = 12;
const EACCES = 13;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_FIXED_NOREPLACE = 0x100000;
const MAP_TYPE = 3;
const MAP_NORESERVE = 0x4000;
const MAP_POPULATE = 0x8000;
const EPERM = 1;
const ENODEV = 19;
const EOVERFLOW = 75;
const MS_ASYNC = 1;
const MS_INVALIDATE = 2;
const MS_SYNC = 4;
const MADV_NORMAL = 0;
const MADV_RANDOM = 1;
const MADV_SEQUENTIAL = 2;
const MADV_WILLNEED = 3;
const MADV_DONTNEED = 4;
const MADV_FREE = 8;
const READ_ADVICE = ['normal', 'random', 'sequential'] as const;
const ALL_RIGHTS = PROT_READ | PROT_WRITE | PROT_EXEC;
const USER_LIMIT = 1n << 47n;

export function memoryCall(computer: Computer, process: Process, id: number, args: Arguments): number {
  switch (id) {
    case Intrinsic.sbrk: args.returns(sbrk(computer, process, args.i64(0))); break;
    case Intrinsic.mmap: args.returns(mmap(computer, process, args)); break;
    case Intrinsic.munmap: args.returnsInt(munmap(computer, process, args.u64(0), args.u64(1))); break;
    case Intrinsic.msync: return msync(computer, process, args);
    case Intrinsic.madvise: return madvise(computer, process, args);
    case Intrinsic.mincore: args.returnsInt(mincore(computer, process, args)); break;
    default: args.returnsInt(mprotect(computer, process, args.u64(0), args.u64(1), args.i32(2))); break;
  }
  return CONTINUE;
}

/** The new program break, or -ENOMEM. Memory gained is undefined, as Memcheck takes it. */
function sbrk(computer: Computer, process: Process, increment: bigint): bigint {
  const { space } = process;
  const wanted = space.brk + increment;
  if (increment === 0n) return space.brk;
  if (space.setBreak(wanted, 1) !== wanted) return BigInt(-ENOMEM);
  logRange(computer, EventKind.Break, wanted, increment < 0n ? -increment : increment, 0);
  return wanted;
}

function mmap(computer: Computer, process: Process, args: Arguments): bigint {
  const { space } = process;
  const [hint, length, prot, flags] = [args.u64(0), args.u64(1), args.i32(2), args.i32(3)];
  const [fd, offset] = [args.i32(4), args.i64(5)];
  if ((offset & 4095n) !== 0n) return BigInt(-EINVAL);
  const hugeLevel = hugeLevelOf(flags);
  if (hugeLevel !== 0) {
    const type = flags & MAP_TYPE;
    if (hugeLevel === -1 || length === 0n || (flags & MAP_ANONYMOUS) === 0 || (type !== MAP_SHARED && type !== MAP_PRIVATE)) return BigInt(-EINVAL);
    return length > USER_LIMIT ? BigInt(-ENOMEM) : mapHugetlb(computer, process, hint, length, prot & ALL_RIGHTS, flags, hugeLevel);
  }
  const backing = backingOf(computer, process, fd, prot, flags, length, offset);
  if (typeof backing === 'number') return BigInt(backing);
  if (length === 0n) return BigInt(-EINVAL);
  if (length > USER_LIMIT) return BigInt(-ENOMEM);
  if (offset + length >= 1n << 63n) return BigInt(-EOVERFLOW);
  const pages = Number((length + 4095n) >> 12n);
  const first = placeFor(process.space, hint, pages, flags);
  if (first < 0) return BigInt(first);
  // Without a reservation nothing is promised, but in mode 2 everything is.
  const isFree = (flags & MAP_NORESERVE) !== 0 && computer.system.reclaim.settings.overcommit !== 2;
  const isPromised = !isFree && (flags & MAP_TYPE) === MAP_PRIVATE && (prot & PROT_WRITE) !== 0;
  if (!space.canMap(first, pages) || (isPromised && !computer.system.commit.allows(pages))) return BigInt(-ENOMEM);
  const { file, name, mayWrite } = backing;
  space.map({
    first, last: first + pages, prot: prot & ALL_RIGHTS, kind: 'mmap', name, file,
    filePage: (flags & MAP_ANONYMOUS) !== 0 ? 0 : Number(offset >> 12n), growsDown: false, shared: (flags & MAP_TYPE) !== MAP_PRIVATE, ...(isFree ? { accounted: false } : {}), ...(mayWrite ? {} : { mayWrite }),
  }, 2);
  logRange(computer, EventKind.Map, vaOf(first), length, prot);
  if ((flags & MAP_POPULATE) !== 0) populate(computer, process, first, first + pages);
  return vaOf(first);
}

interface Backing { readonly file: FileObject | null; readonly name: string; readonly mayWrite: boolean }

/** What stands behind a new mapping, or a negative errno (mmap(2), ERRORS). */
function backingOf(computer: Computer, process: Process, fd: number, prot: number, flags: number, length: bigint, offset: bigint): Backing | number {
  const type = flags & MAP_TYPE;
  if ((flags & MAP_ANONYMOUS) !== 0) {
    if (type !== MAP_SHARED && type !== MAP_PRIVATE) return -EINVAL;
    if (type === MAP_PRIVATE || length === 0n || length > USER_LIMIT) return { file: null, name: '', mayWrite: true };
    return { file: new UnnamedMemory(computer.ids.newFileId(), Number((length + 4095n) & ~4095n)), name: '/dev/zero (deleted)', mayWrite: true };
  }
  const open = process.files.get(fd);
  if (open === null) return -EBADF;
  if (length === 0n || offset < 0n || type === 0) return -EINVAL;
  if (!open.readable) return -EACCES;
  const isShared = type !== MAP_PRIVATE;
  if (isShared && (prot & PROT_WRITE) !== 0 && !open.writable) return -EACCES;
  if (open.file === null || open.file.isDevice) return -ENODEV;
  return { file: open.file, name: open.file.path, mayWrite: !isShared || open.writable };
}

/** First page of the place for a new mapping, with what lay there taken away where MAP_FIXED asks for it; or a negative errno. */
function placeFor(space: AddressSpace, hint: bigint, pages: number, flags: number): number {
  if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0) {
    if ((hint & 4095n) !== 0n) return -EINVAL;
    const first = vpnOfVa(hint);
    if (first + pages > space.userEnd) return -ENOMEM;
    if (first < MMAP_MIN_VPN) return -EPERM;
    if (!space.vmas.isFree(first, first + pages)) {
      if ((flags & MAP_FIXED_NOREPLACE) !== 0) return -EEXIST;
      if (cutsHugePage(space, first, first + pages)) return -EINVAL;
      space.unmap(first, first + pages);
    }
    return first;
  }
  if (hint !== 0n && hint < USER_LIMIT) {
    const asked = vpnOfVa((hint + 4095n) & ~4095n);
    if (asked >= MMAP_MIN_VPN && asked + pages <= space.userEnd && space.vmas.isFree(asked, asked + pages)) return asked;
  }
  const first = gapFor(space, pages, (flags & MAP_ANONYMOUS) !== 0 && (flags & MAP_TYPE) === MAP_PRIVATE);
  return first < 0 ? -ENOMEM : first;
}

/** MAP_POPULATE: the pages come in now, without a fault each; what cannot come is left to the first touch. */
function populate(computer: Computer, process: Process, first: Vpn, last: Vpn): void {
  const { space } = process;
  const { faults } = computer;
  for (let vpn = first; vpn < last; vpn++) {
    const vma = space.vmas.find(vpn);
    if (vma === null || space.tables.frameOf(vpn) >= 0) continue;
    const access = (vma.prot & PROT_WRITE) !== 0 && !vma.shared ? ACCESS_WRITE : ACCESS_READ;
    if (faults.handle(space, lowOf(vpn), highOf(vpn), access) !== FaultVerdict.Resolved) return;
    computer.chargeCycles(faults.last.waitCycles);
  }
}

function munmap(computer: Computer, process: Process, va: bigint, length: bigint): number {
  if ((va & 4095n) !== 0n || length === 0n || va + length > USER_LIMIT) return -EINVAL;
  if (cutsHugePage(process.space, vpnOfVa(va), vpnOfVa(va + length + 4095n))) return -EINVAL;
  process.space.unmap(vpnOfVa(va), vpnOfVa(va + length + 4095n));
  logRange(computer, EventKind.Unmap, va, length, 0);
  return 0;
}

function mprotect(computer: Computer, process: Process, va: bigint, length: bigint, prot: number): number {
  if ((va & 4095n) !== 0n || (prot & ~ALL_RIGHTS) !== 0) return -EINVAL;
  if (length === 0n) return 0;
  if (va + length > USER_LIMIT) return -ENOMEM;
  const first = vpnOfVa(va);
  const last = vpnOfVa(va + length + 4095n);
  if (!process.space.vmas.covers(first, last)) return -ENOMEM;
  if ((prot & PROT_WRITE) !== 0 && process.space.vmas.within(first, last).some((vma) => vma.mayWrite === false)) return -EACCES;
  if (cutsHugePage(process.space, first, last)) return -EINVAL;
  if (!process.space.canProtect(first, last)) return -EINVAL;
  if ((prot & PROT_WRITE) !== 0 && !computer.system.commit.allows(process.space.unaccounted(first, last))) return -ENOMEM;
  process.space.protect(first, last, prot);
  logRange(computer, EventKind.Protect, va, length, prot);
  return 0;
}

/** Pages of a call's range, or a negative errno: an address inside a page, a range that leaves the user half. */
function rangeOf(va: bigint, length: bigint): { readonly first: Vpn; readonly last: Vpn } | number {
  if ((va & 4095n) !== 0n) return -EINVAL;
  if (va + length > USER_LIMIT || length > USER_LIMIT) return -ENOMEM;
  return { first: vpnOfVa(va), last: vpnOfVa(va + length + 4095n) };
}

/** MS_SYNC waits for the device; MS_ASYNC only checks the range: dirty pages are written by the flusher anyway (msync(2), since Linux 2.6.19). */
function msync(computer: Computer, process: Process, args: Arguments): number {
  const flags = args.i32(2);
  const range = rangeOf(args.u64(0), args.u64(1));
  const isWrong = (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) !== 0 || (flags & (MS_ASYNC | MS_SYNC)) === (MS_ASYNC | MS_SYNC);
  if (isWrong || typeof range === 'number') { args.returnsInt(isWrong ? -EINVAL : range as number); return CONTINUE; }
  const { vmas } = process.space;
  const { pageCache, writeBack } = computer.system;
  args.returnsInt(vmas.covers(range.first, range.last) ? 0 : -ENOMEM);
  if ((flags & MS_SYNC) === 0) return CONTINUE;
  let cycles = 0;
  for (const vma of vmas.within(range.first, range.last)) {
    if (vma.file === null || !vma.shared) continue;
    const from = vma.filePage + Math.max(0, range.first - vma.first);
    cycles += writeBack.write(pageCache.of(vma.file), from, vma.filePage + Math.min(range.last, vma.last) - vma.first, 'sync');
  }
  return waitForDevice(computer, cycles);
}

function madvise(computer: Computer, process: Process, args: Arguments): number {
  const range = rangeOf(args.u64(0), args.u64(1));
  const advice = args.i32(2);
  const { space } = process;
  if (typeof range === 'number' || range.first === range.last) { args.returnsInt(typeof range === 'number' ? -EINVAL : 0); return CONTINUE; }
  const { first, last } = range;
  const result = adviseRange(computer, space, first, last, advice);
  args.returnsInt(result !== 0 ? result : space.vmas.covers(first, last) ? 0 : -ENOMEM);
  return CONTINUE;
}

/** 0, or a negative errno. */
function adviseRange(computer: Computer, space: AddressSpace, first: Vpn, last: Vpn, advice: number): number {
  const { pageCache } = computer.system;
  const huge = adviseHuge(computer, space, first, last, advice);
  if (huge !== null) return huge;
  switch (advice) {
    case MADV_NORMAL: case MADV_RANDOM: case MADV_SEQUENTIAL:
      space.vmas.advise(first, last, READ_ADVICE[advice]);
      return 0;
    case MADV_WILLNEED:
      for (const vma of space.vmas.within(first, last)) {
        if (vma.file === null) continue;
        const from = vma.filePage + Math.max(0, first - vma.first);
        pageCache.readIn(vma.file, from, vma.filePage + Math.min(last, vma.last) - vma.first);
      }
      return 0;
    case MADV_DONTNEED: case MADV_FREE:
      if (advice === MADV_FREE && space.vmas.within(first, last).some((vma) => vma.file !== null)) return -EINVAL;
      for (const vma of space.vmas.within(first, last)) space.zap(Math.max(first, vma.first), Math.min(last, vma.last));
      return 0;
    default: return -EINVAL;
  }
}

/** A byte per page, bit 0: resident; a file's page counts when the page cache holds it (mincore(2)). */
function mincore(computer: Computer, process: Process, args: Arguments): number {
  const range = rangeOf(args.u64(0), args.u64(1));
  if (typeof range === 'number') return range;
  const { first, last } = range;
  const { space } = process;
  if (!space.vmas.covers(first, last)) return -ENOMEM;
  const { pageCache } = computer.system;
  const answer = new Uint8Array(last - first);
  for (const vma of space.vmas.within(first, last)) {
    for (let vpn = Math.max(first, vma.first); vpn < Math.min(last, vma.last); vpn++) {
      const isCached = vma.file !== null && pageCache.find(vma.file, vma.filePage + vpn - vma.first) >= 0;
      answer[vpn - first] = isCached || space.tables.frameOf(vpn) >= 0 ? 1 : 0;
    }
  }
  const written = probing(computer, () => writeGuest(computer, args.u64(2), answer));
  if (written < answer.length) return -EFAULT;
  if (computer.checking && written > 0) shadeDefined(computer, args.u64(2), written);
  return 0;
}

export function logRange(computer: Computer, kind: EventKind, va: bigint, length: bigint, b: number): void {
  computer.log(kind, Number(va & 0xffffffffn), Number(va >> 32n), Number(length), b);
}
