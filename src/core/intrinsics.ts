/**
 * Intrinsics: what compiled code asks of the machine with one INTRINSIC instruction.
 *
 * In C they are functions declared in resources/libc/src/intrinsics.h and named `__pw_` + the name below; the lowering
 * turns a call into INTRINSIC with the number. Arguments are the scalar argument registers in order.
 * Ids below FIRST_MACHINE_INTRINSIC run inside the kernel; the others call out to TypeScript (`host_intrinsic`).
 *
 * Imported by the AssemblyScript kernel too: keep it free of decorators.
 */
export const enum Intrinsic {
  // ---- In the kernel: memory and strings. Every byte goes through the MMU and the checker, in the access pattern of
  // Memcheck's replacement functions, so that error counts match (vg_replace_strmem.c of Valgrind 3.19 describes it).
  /** void *(void *to, const void *from, size_t n) */
  memcpy,
  memmove,
  /** void *(void *to, int byte, size_t n) */
  memset,
  /** int (const void *, const void *, size_t) */
  memcmp,
  /** void *(const void *, int, size_t) */
  memchr,
  /** size_t (const char *) */
  strlen,
  /** size_t (const char *, size_t) */
  strnlen,
  /** int (const char *, const char *) */
  strcmp,
  /** int (const char *, const char *, size_t) */
  strncmp,
  /** char *(char *, const char *) */
  strcpy,
  /** char *(const char *, int) */
  strchr,
  /** char *(const char *, int) */
  strrchr,
  /** Struct copies and fills that the compiler made (llvm.memcpy …): as memcpy, but reported in the program's own frame. */
  copy,
  fill,

  // ---- In the kernel: arithmetic that LIR has no instruction for. Two-register values are (low, high).
  /** (aLow, aHigh, bLow, bHigh) → (low, high) */
  i128_udiv, i128_urem, i128_sdiv, i128_srem, i128_mul,
  /** (low, high, count) → (low, high) */
  i128_shl, i128_lshr, i128_ashr,
  /** x86 extended precision: (significand, signExponent) pairs. */
  x87_add, x87_sub, x87_mul, x87_div, x87_rem,
  /** (pair, pair, LLVM predicate) → 0 or 1 */
  x87_compare,
  x87_neg, x87_abs, x87_sqrt, x87_floor, x87_ceil, x87_trunc, x87_rint,
  /** (bits) → pair */
  x87_from_f32, x87_from_f64, x87_from_i64, x87_from_u64,
  /** pair → bits */
  x87_to_f32, x87_to_f64, x87_to_i64, x87_to_u64,

  // ---- In the machine (TypeScript). Negative results are -errno.
  /** void *(size_t) … the heap of the process: the allocator under test, or Memcheck's placement when checking. */
  malloc = 64,
  /** void (void *) */
  free,
  /** void *(size_t count, size_t size) */
  calloc,
  /** void *(void *, size_t) */
  realloc,
  /** void *(size_t alignment, size_t size) — memalign, aligned_alloc, posix_memalign */
  memalign,
  /** size_t (void *) */
  malloc_usable_size,
  /** noreturn (int status): the process ends; called by _exit and at the end of exit */
  exit,
  /** long (int fd, const void *, size_t) */
  write,
  /** long (int fd, void *, size_t); may block (the instruction is run again) */
  read,
  /** int (const char *path, int flags, int mode): the machine's private file system */
  open,
  /** int (int fd) */
  close,
  /** long (int fd, long offset, int whence) */
  lseek,
  /** int (const char *) */
  unlink,
  /** int (const char *, const char *) */
  rename,
  /** int (int fd): 1 if a terminal */
  isatty,
  /** long (long increment): new program break */
  sbrk,
  /** void *(void *, size_t, int prot, int flags, int fd, long offset) */
  mmap,
  munmap,
  /** int (void *, size_t, int prot) */
  mprotect,
  /** int (int signal): default action, or the handler set by `signal` */
  raise,
  /** void *(int signal, void *handler): previous handler */
  signal,
  /** noreturn: SIGABRT after the buffers were flushed as glibc does */
  abort,
  /** long long (int clock): simulated nanoseconds; 0 realtime, 1 monotonic, 2 process CPU */
  clock_gettime,
  /** int (void) */
  getpid,
  /** void (unsigned long ns): simulated sleep */
  nanosleep,
  /** noreturn (const char *assertion, const char *file, int line, const char *function): machine-side record of a failed assert, before abort */
  assert_record,
  /** Valgrind client request: uint64 (uint64 default, uint64 *args) */
  client_request,
  /** int (jmp_buf): 0; another value after a long_jump. In a library function of its own */
  set_jump,
  /** noreturn (jmp_buf, int) */
  long_jump,
  /** int (int fd, long length) */
  ftruncate,
  /** int (const char *path, long length) */
  truncate,
  /** int (int fd): waits until the file's dirty pages are on their device */
  fsync,
  /** int (void *, size_t, int flags) */
  msync,
  /** int (void *, size_t, int advice) */
  madvise,
  /** int (void *, size_t, unsigned char *) */
  mincore,
  /** int (int fd, long offset, long length, int advice): errno values positive, as posix_fadvise */
  fadvise,
  /** int (int fd, long *facts): size, mode, file number, blocks, modification time in ns */
  fstat,
  /** int (const char *path, long *facts): as fstat */
  stat,
  /** long (int fd, void *, size_t, long offset): read and write at a place, the file's offset stays */
  pread,
  pwrite,
  /** long (int call, long, long, long, long): processes and signals; machine/process-calls.ts numbers the calls */
  process,
  COUNT,
}

export const FIRST_MACHINE_INTRINSIC: u32 = 64;
