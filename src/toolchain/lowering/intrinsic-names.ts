/**
 * Names of the machine's intrinsics as C declares them (`__pw_` + name), bound to their numbers. The type makes the
 * table complete and right: it cannot drift from the enum.
 */
import { Intrinsic } from '../../core/intrinsics';

type IntrinsicName = Exclude<keyof typeof Intrinsic, 'COUNT'>;

const IDS: { readonly [Name in IntrinsicName]: (typeof Intrinsic)[Name] } = {
  memcpy: Intrinsic.memcpy, memmove: Intrinsic.memmove, memset: Intrinsic.memset, memcmp: Intrinsic.memcmp,
  memchr: Intrinsic.memchr, strlen: Intrinsic.strlen, strnlen: Intrinsic.strnlen, strcmp: Intrinsic.strcmp,
  strncmp: Intrinsic.strncmp, strcpy: Intrinsic.strcpy, strchr: Intrinsic.strchr, strrchr: Intrinsic.strrchr,
  copy: Intrinsic.copy, fill: Intrinsic.fill, i128_udiv: Intrinsic.i128_udiv, i128_urem: Intrinsic.i128_urem,
  i128_sdiv: Intrinsic.i128_sdiv, i128_srem: Intrinsic.i128_srem, i128_mul: Intrinsic.i128_mul,
  i128_shl: Intrinsic.i128_shl, i128_lshr: Intrinsic.i128_lshr, i128_ashr: Intrinsic.i128_ashr,
  x87_add: Intrinsic.x87_add, x87_sub: Intrinsic.x87_sub, x87_mul: Intrinsic.x87_mul, x87_div: Intrinsic.x87_div,
  x87_rem: Intrinsic.x87_rem, x87_compare: Intrinsic.x87_compare, x87_neg: Intrinsic.x87_neg,
  x87_abs: Intrinsic.x87_abs, x87_sqrt: Intrinsic.x87_sqrt, x87_floor: Intrinsic.x87_floor,
  x87_ceil: Intrinsic.x87_ceil, x87_trunc: Intrinsic.x87_trunc, x87_rint: Intrinsic.x87_rint,
  x87_from_f32: Intrinsic.x87_from_f32, x87_from_f64: Intrinsic.x87_from_f64, x87_from_i64: Intrinsic.x87_from_i64,
  x87_from_u64: Intrinsic.x87_from_u64, x87_to_f32: Intrinsic.x87_to_f32, x87_to_f64: Intrinsic.x87_to_f64,
  x87_to_i64: Intrinsic.x87_to_i64, x87_to_u64: Intrinsic.x87_to_u64, malloc: Intrinsic.malloc, free: Intrinsic.free,
  calloc: Intrinsic.calloc, realloc: Intrinsic.realloc, memalign: Intrinsic.memalign,
  malloc_usable_size: Intrinsic.malloc_usable_size, exit: Intrinsic.exit, write: Intrinsic.write,
  read: Intrinsic.read, open: Intrinsic.open, close: Intrinsic.close, lseek: Intrinsic.lseek,
  unlink: Intrinsic.unlink, rename: Intrinsic.rename, isatty: Intrinsic.isatty, sbrk: Intrinsic.sbrk,
  mmap: Intrinsic.mmap, munmap: Intrinsic.munmap, mprotect: Intrinsic.mprotect, raise: Intrinsic.raise,
  signal: Intrinsic.signal, abort: Intrinsic.abort, clock_gettime: Intrinsic.clock_gettime, getpid: Intrinsic.getpid,
  nanosleep: Intrinsic.nanosleep, assert_record: Intrinsic.assert_record, client_request: Intrinsic.client_request,
  process: Intrinsic.process, set_jump: Intrinsic.set_jump, long_jump: Intrinsic.long_jump,
  ftruncate: Intrinsic.ftruncate, truncate: Intrinsic.truncate, fsync: Intrinsic.fsync, msync: Intrinsic.msync,
  madvise: Intrinsic.madvise, mincore: Intrinsic.mincore, fadvise: Intrinsic.fadvise, fstat: Intrinsic.fstat, stat: Intrinsic.stat,
  pread: Intrinsic.pread, pwrite: Intrinsic.pwrite,
};

const PREFIX = '__pw_';
const table = new Map<string, number>(Object.entries(IDS).map(([name, id]) => [PREFIX + name, id]));

/** Number of the intrinsic that C calls by this name; undefined if there is none. */
export function intrinsicNumber(name: string): number | undefined {
  return table.get(name);
}
