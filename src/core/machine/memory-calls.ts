/** sbrk, mmap, munmap, mprotect (Linux manual, section 2). Every address and length is checked before anything changes. */
import { Intrinsic } from '../intrinsics';
import { CONTINUE } from '../kernel-interface';
import { EventKind } from '../events/event-log';
import { MMAP_MIN_VPN } from '../paging/address-space';
import { vaOf, vpnOfVa } from '../paging/units';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../paging/vma';
import type { Computer } from './computer';
import { EBADF, EEXIST, EINVAL } from './file-system';
import type { Process } from './process';
import type { Arguments } from './system-calls';

const ENOMEM = 12;
const EACCES = 13;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_FIXED_NOREPLACE = 0x100000;
const ALL_RIGHTS = PROT_READ | PROT_WRITE | PROT_EXEC;
const USER_LIMIT = 1n << 47n;

export function memoryCall(computer: Computer, process: Process, id: number, args: Arguments): number {
  switch (id) {
    case Intrinsic.sbrk: args.returns(sbrk(computer, process, args.i64(0))); break;
    case Intrinsic.mmap: args.returns(mmap(computer, process, args)); break;
    case Intrinsic.munmap: args.returnsInt(munmap(computer, process, args.u64(0), args.u64(1))); break;
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
  if (length === 0n || offset < 0n || (offset & 4095n) !== 0n || (flags & (MAP_SHARED | MAP_PRIVATE)) === 0) return BigInt(-EINVAL);
  if (length > USER_LIMIT) return BigInt(-ENOMEM);
  const pages = Number((length + 4095n) >> 12n);
  let file = null;
  if ((flags & MAP_ANONYMOUS) === 0) {
    const open = process.files.get(fd);
    if (open === null || open.file === null) return BigInt(-EBADF);
    if (!open.readable || ((flags & MAP_SHARED) !== 0 && (prot & PROT_WRITE) !== 0)) return BigInt(-EACCES);
    file = open.file;
  }
  let first = space.findGap(pages);
  if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0) {
    if ((hint & 4095n) !== 0n) return BigInt(-EINVAL);
    first = vpnOfVa(hint);
    if (first < MMAP_MIN_VPN || first + pages > space.userEnd) return BigInt(-ENOMEM);
    if (!space.vmas.isFree(first, first + pages)) {
      if ((flags & MAP_FIXED_NOREPLACE) !== 0) return BigInt(-EEXIST);
      space.unmap(first, first + pages);
    }
  } else if (hint !== 0n && hint < USER_LIMIT) {
    const asked = vpnOfVa(hint);
    if (asked >= MMAP_MIN_VPN && asked + pages <= space.userEnd && space.vmas.isFree(asked, asked + pages)) first = asked;
  }
  if (first < 0) return BigInt(-ENOMEM);
  space.map({
    first, last: first + pages, prot: prot & ALL_RIGHTS, kind: 'mmap', name: file?.path ?? '', file,
    filePage: Number(offset >> 12n), growsDown: false, shared: false,
  }, 2);
  logRange(computer, EventKind.Map, vaOf(first), length, prot);
  return vaOf(first);
}

function munmap(computer: Computer, process: Process, va: bigint, length: bigint): number {
  if ((va & 4095n) !== 0n || length === 0n || va + length > USER_LIMIT) return -EINVAL;
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
  process.space.protect(first, last, prot);
  logRange(computer, EventKind.Protect, va, length, prot);
  return 0;
}

export function logRange(computer: Computer, kind: EventKind, va: bigint, length: bigint, b: number): void {
  computer.log(kind, Number(va & 0xffffffffn), Number(va >> 32n), Number(length), b);
}
