/**
 * First fit with boundary tags, splitting and coalescing, in simulated memory. Used when the checker is off; called by the
 * machine for malloc and free.
 *
 *   chunk in use     +0 size | flags    +8 bytes asked for    +16 payload …
 *   free chunk       +0 size | flags    +8 0    +16 next free    +24 previous free    …    last 8 bytes: size (the footer)
 *   end of the heap  +0 0 | flags       +8 0    (16 bytes, never free: stops walks and coalescing)
 *
 * Sizes are multiples of 16, headers included, at least 48. Flags: bit 0, this chunk is in use; bit 1, the one before it is.
 * Free chunks form a doubly linked list, the youngest first; the first that is large enough is taken, and split when what is
 * left can be a chunk. Two free chunks are never neighbours. Walking sizes from ST_HEAP_BASE reaches the end chunk.
 *
 * Every header access goes through the MMU and is counted; nothing here is checked.
 */
import { CNT_ACCESS, ST_HEAP_BASE, ST_HEAP_END, ST_HEAP_FREE, ST_LOAD_VALUE } from "../memory-layout";
import { loadBytes, storeBytes } from "./access";
import { heapGrow } from "./host";
import { bump, setVa } from "./state";

const HEADER: u64 = 16;
const SMALLEST: u64 = 48;
const IN_USE: u64 = 1;
const PREVIOUS_IN_USE: u64 = 2;
const FLAGS: u64 = 15;
const NEXT_LINK: u64 = 16;
const PREVIOUS_LINK: u64 = 24;
/** Memory is asked for in pieces of at least this much, as glibc does (128 KiB of top pad and a page). */
const GROWTH: u64 = 0x21000;
/** Requests beyond this can never be met: address space. */
const LARGEST: u64 = 0x7fffffff0000;

/** True once an access of the running operation faulted for good: the rest of it does nothing. */
let failed = false;

function read(va: u64): u64 {
  if (failed || !loadBytes<u8>(va, 8)) { failed = true; return 0; }
  bump(CNT_ACCESS);
  return load<u64>(ST_LOAD_VALUE);
}
function write(va: u64, value: u64): void {
  if (failed || !storeBytes<u8>(va, 8, value, 0)) { failed = true; return; }
  bump(CNT_ACCESS);
}

export function initHeap(base: u64): void {
  store<u64>(ST_HEAP_BASE, base);
  store<u64>(ST_HEAP_END, base);
  store<u64>(ST_HEAP_FREE, 0);
}

function link(chunk: u64): void {
  const first = load<u64>(ST_HEAP_FREE);
  write(chunk + NEXT_LINK, first);
  write(chunk + PREVIOUS_LINK, 0);
  if (first) write(first + PREVIOUS_LINK, chunk);
  store<u64>(ST_HEAP_FREE, chunk);
}
function unlink(chunk: u64): void {
  const next = read(chunk + NEXT_LINK), previous = read(chunk + PREVIOUS_LINK);
  if (previous) write(previous + NEXT_LINK, next);
  else store<u64>(ST_HEAP_FREE, next);
  if (next) write(next + PREVIOUS_LINK, previous);
}

/** Makes [chunk, chunk + size) free, joined with free neighbours; `flags` are its header's. Returns the free chunk. */
function release(chunk: u64, size: u64, flags: u64): u64 {
  if (!(flags & PREVIOUS_IN_USE)) {
    const before = read(chunk - 8);
    chunk -= before;
    size += before;
    unlink(chunk);
  }
  const after = chunk + size, afterHeader = read(after);
  if (!(afterHeader & IN_USE)) {
    unlink(after);
    size += afterHeader & ~FLAGS;
  }
  write(chunk, size | PREVIOUS_IN_USE);
  write(chunk + 8, 0);
  write(chunk + size - 8, size);
  const next = chunk + size;
  write(next, read(next) & ~PREVIOUS_IN_USE);
  link(chunk);
  return chunk;
}

/** Enlarges the heap so that a chunk of `size` fits; 0: refused. */
function grow(size: u64): u64 {
  const end = load<u64>(ST_HEAP_END), empty = end == load<u64>(ST_HEAP_BASE);
  let bytes = size + HEADER + 4095 & ~4095;
  if (bytes < GROWTH) bytes = GROWTH;
  if (bytes > 0xfffff000 || !heapGrow(<u32>bytes)) return 0;
  store<u64>(ST_HEAP_END, end + bytes);
  const chunk = empty ? end : end - HEADER, flags = empty ? PREVIOUS_IN_USE : read(chunk) & PREVIOUS_IN_USE;
  write(end + bytes - HEADER, IN_USE);
  write(end + bytes - 8, 0);
  return release(chunk, empty ? bytes - HEADER : bytes, flags);
}

/** Allocates; the payload's address goes to ST_VA (0: refused). */
export function allocate(asked: u64): bool {
  failed = false;
  setVa(0);
  if (asked > LARGEST) return false;
  let size = asked + HEADER + 15 & ~15;
  if (size < SMALLEST) size = SMALLEST;
  let chunk = load<u64>(ST_HEAP_FREE), header: u64 = 0;
  for (; chunk && !failed; chunk = read(chunk + NEXT_LINK)) {
    header = read(chunk);
    if ((header & ~FLAGS) >= size) break;
  }
  if (!chunk) {
    chunk = grow(size);
    if (!chunk) return false;
    header = read(chunk);
  }
  if (failed) return false;
  unlink(chunk);
  const whole = header & ~FLAGS, rest = whole - size;
  if (rest >= SMALLEST) {
    write(chunk + size, rest | PREVIOUS_IN_USE);
    write(chunk + size + 8, 0);
    write(chunk + whole - 8, rest);
    link(chunk + size);
  } else {
    size = whole;
    write(chunk + whole, read(chunk + whole) | PREVIOUS_IN_USE);
  }
  write(chunk, size | IN_USE | PREVIOUS_IN_USE);
  write(chunk + 8, asked);
  if (failed) return false;
  setVa(chunk + HEADER);
  return true;
}

/** Frees a payload address. False: it is not one. */
export function free(payload: u64): bool {
  failed = false;
  const chunk = payload - HEADER;
  if (payload & 15 || chunk < load<u64>(ST_HEAP_BASE) || chunk >= load<u64>(ST_HEAP_END)) return false;
  const header = read(chunk), size = header & ~FLAGS;
  const asked = read(chunk + 8);
  if (failed || !(header & IN_USE) || size < SMALLEST || chunk + size > load<u64>(ST_HEAP_END) - HEADER || asked > size - HEADER) return false;
  release(chunk, size, header & FLAGS);
  return !failed;
}
