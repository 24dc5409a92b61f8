/**
 * The border between the AssemblyScript kernel (src/core/kernel) and the TypeScript machine.
 *
 * No i64 crosses it: addresses come as (low, high) u32 pairs, or through ST_VA in the store. Call outs are synchronous;
 * before each one the kernel stores ST_PC, ST_R and ST_FUEL, so that TypeScript can take a stack trace and stamp events
 * with the exact instruction count: now = ST_INSTRUCTIONS + (ST_QUANTUM − ST_FUEL).
 */

/** Answers of call outs. */
export const CONTINUE = 0;
/** Leave the interpreter now; the instruction runs again on return (its statistics are counted once). */
export const LEAVE_RETRY = 1;
/** Finish this instruction, then leave. */
export const LEAVE_AFTER = 2;

/** Kinds of access, as in an x86 page-fault error code: bit 1 write, bit 4 fetch. */
export const ACCESS_READ = 0;
export const ACCESS_WRITE = 2;
export const ACCESS_FETCH = 16;
/** Added to a data access: the processor is in supervisor mode. User pages and supervisor pages are open to it, read-only ones as CR0.WP says. */
export const ACCESS_SUPERVISOR = 32;

/** What the kernel imports, module "host". */
export interface KernelHost {
  /**
   * The walk of `va` found no usable entry: not present, not writable, not executable, not user, not canonical. Maps the page, or delivers the signal. CONTINUE: walk again. LEAVE_RETRY: leave.
   * A translation that faults has counted nothing; what the TLBs and the paging-structure cache held for `va` is gone, as on
   * hardware, so an entry whose rights only grew needs no invalidatePage.
   */
  pageFault(low: number, high: number, access: number): number;
  /**
   * A present entry names a frame whose content has no slot yet (zeros: a 4 KiB piece of a huge page that nobody touched).
   * Gives it one and answers its store address, never 0. No event of the simulated machine: nothing is counted.
   */
  frameSlot(pfn: number): number;
  /**
   * Pool address of the V-bit page of the page of `va` in the running address space. `write` 0: to be read; unmapped pages
   * have the shared no-access page. `write` 1: it will be written, so a private copy is needed, for unmapped pages too (a
   * call shades its stack frame before the stack grows there). `write` 2 + state: the whole page becomes no access (2),
   * undefined (3) or defined (4); the shared constant page will do. The kernel caches the answers until
   * `clearFast`, `invalidatePage`, `invalidateAsid` or `invalidateAll`.
   */
  shadowPage(low: number, high: number, write: number): number;
  /** An access of `size` bytes touched at least one unaddressable byte: Memcheck's "Invalid read / write". */
  invalidAccess(low: number, high: number, size: number, write: number): void;
  /** Control goes to an address that is not code (ST_VA): "Jump to the invalid address". Always leaves. */
  badJump(low: number, high: number): number;
  /** The return address or saved frame pointer on the simulated stack was changed (ST_VA: the value found; what: 0 return address, 1 saved frame pointer). CONTINUE: obey it. */
  stackSmashed(low: number, high: number, what: number): number;
  /** #DE, TRAP, UNREACHABLE: kind 0, 1, 2. Always leaves. */
  arithmeticTrap(kind: number): number;
  /** An intrinsic of the machine: id, store address of its first argument slot, store address of its result slot (0: none). */
  intrinsic(id: number, args: number, result: number): number;
  /** The register stack or the simulated stack of the thread is used up (the call at ST_PC was not made). */
  registerStackFull(): number;
  /** Watch (precise loop, second pass): 8 bytes at `va` were stored (value in ST_ARG0/1 is the new low/high; the store itself: low word of its address in ST_ARG2, its size in ST_ARG3); or a range was written (kind 1, length ST_ARG0); or a call frame [va, va + ST_ARG0) was popped (kind 2). */
  watch(low: number, high: number, kind: number): void;
  /** The kernel's first-fit heap needs `bytes` (a multiple of 4,096) more, contiguous at ST_HEAP_END. 1: mapped; 0: refused. */
  heapGrow(bytes: number): number;
}

/** The part of the kernel's exports that checkpoints need. */
export interface PageHasher {
  /**
   * 64-bit hashes of `pages` pages from store address `from` on, a little-endian u64 each, to store address `to`
   * (layout.PAGE_HASHES). A page of zeros has hash 0; two pages that differ have the same one with a probability of 2^-63.
   */
  hashPages(from: number, pages: number, to: number): void;
}

/** What the kernel exports. All numbers are u32 or i32. */
export interface KernelExports extends PageHasher {
  /** Clears TLBs, fast tables and counters; geometry and costs are read from the store. */
  reset(): void;
  /** Runs from ST_PC with `fuel` instructions; returns `Leave`. At most 5,000,000 at a time. Stops at safe points. */
  run(fuel: number): number;
  /** As run, with per-instruction stop at ST_STOP_AT and the watch call outs. */
  runPrecise(fuel: number): number;
  /** Executes exactly one instruction (a BREAK is treated as the instruction it hides: pass `op` ≥ 0 to run that opcode instead). */
  step(op: number): number;

  /** Translation by the machine itself, with full statistics (access: ACCESS_*). Store address, or 0 when it faulted and must leave. */
  translate(low: number, high: number, access: number): number;
  /**
   * Touches of a light workload process, one instruction each: `count` u64 at store address `at`, each the address of an
   * aligned 8-byte word with bit 1 set for a write. Answers how many were made; fewer: a fault asked to leave (ST_LEAVE is
   * Retry), the next one is to be made again. Faults as for instructions; the fast tables must be empty.
   */
  touchBatch(at: number, count: number): number;
  /**
   * Plays a recorded trace of data accesses through TLBs and page tables, with full statistics and faults: `count` u64 from
   * store address `at` on, each a virtual address with ACCESS_WRITE in bit 1 (bits 0 and 2 to 11 do not matter). Answers how
   * many were made: fewer than `count` when a fault asked to leave.
   */
  replay(at: number, count: number): number;
  /** Walk without side effects: store address of the byte, or 0 if not present. */
  peek(low: number, high: number): number;
  /** Store address of the PTE of `va` at `level` (1 PT … 5 PML5), or 0 when an upper table is missing. */
  pteAddress(low: number, high: number, level: number): number;

  /** INVLPG of one page, of an ASID, of everything; each also empties the fast tables and the paging-structure cache as hardware does. */
  invalidatePage(low: number, high: number): void;
  invalidateAsid(asid: number): void;
  invalidateAll(): void;
  /** Empties the fast tables only (no modelled state changes): after a shadow page moved, a checkpoint, a context switch. */
  clearFast(): void;

  /** Marks bytes of the running address space: state 0 no access, 1 undefined, 2 defined. Length as (low, high). */
  shade(low: number, high: number, lengthLow: number, lengthHigh: number, state: number): void;
  /** 8-byte guest load and store by the machine on behalf of an allocator: counted, translated, unchecked; value through ST_ARG0/ST_ARG1. 0: faulted. */
  load64(low: number, high: number): number;
  store64(low: number, high: number): number;
  /** Empties the frame of a slot (fills 4,096 bytes with zero) and copies one; store addresses. */
  zeroPage(to: number): void;
  copyPage(to: number, from: number): void;
  /** 64-bit FNV-1a of a store range, into ST_ARG0/ST_ARG1. */
  hash(from: number, bytes: number): void;
  /** Checksum of the 4,096 bytes at a store address, 32 bits, as swap slots have it. */
  checksum(at: number): number;

  /** First-fit heap with boundary tags in simulated memory (src/core/heap/README in allocator.ts); results by ST_VA. */
  heapInit(low: number, high: number): void;
  heapMalloc(low: number, high: number): number;
  heapFree(low: number, high: number): number;
}
