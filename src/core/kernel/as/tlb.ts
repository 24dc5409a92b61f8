/**
 * TLB arrays: sets of ways with true LRU by stamp. One array each for L1 data, L1 instruction and the shared L2; pages of all
 * three sizes live in the same sets, each in the set that its own page number selects.
 *
 *   entry: tag u64 (page address | ASID), pfn u32, flags u32, stamp u64, slot u32 (4 KiB pages), spare u32
 */
import { ST_ASID, ST_HUGE_ENTRIES, ST_TLB_CLOCK, TLB_ENTRY_BYTES } from "../memory-layout";
import { FLAG_1G, FLAG_2M, FLAG_HUGE } from "./walk";
import { NONE, PAGE_MASK } from "./state";

export const TLB_PFN: usize = 8;
export const TLB_FLAGS: usize = 12;
export const TLB_STAMP: usize = 16;
export const TLB_SLOT: usize = 24;

// @ts-ignore: decorator
@inline export function hugeEntries(): u32 { return load<u32>(ST_HUGE_ENTRIES); }

// @ts-ignore: decorator
@inline export function touch(entry: u32): void {
  const stamp = load<u64>(ST_TLB_CLOCK) + 1;
  store<u64>(ST_TLB_CLOCK, stamp);
  store<u64>(entry, stamp, TLB_STAMP);
}

/** log2 of the page size that `flags` speak of. */
// @ts-ignore: decorator
@inline export function pageShift(flags: u32): u64 { return flags & FLAG_1G ? 30 : flags & FLAG_2M ? 21 : 12; }

// @ts-ignore: decorator
@inline function setAt(base: u32, sets: u32, ways: u32, pageNumber: u64): u32 {
  return base + (<u32>pageNumber & (sets - 1)) * ways * TLB_ENTRY_BYTES;
}

function findSize(base: u32, sets: u32, ways: u32, va: u64, size: u32): u32 {
  const shift = pageShift(size), tag = va >> shift << shift | <u64>load<u32>(ST_ASID);
  let e = setAt(base, sets, ways, va >> shift);
  for (const end = e + ways * TLB_ENTRY_BYTES; e < end; e += TLB_ENTRY_BYTES) {
    if (load<u64>(e) == tag && (load<u32>(e, TLB_FLAGS) & FLAG_HUGE) == size) return e;
  }
  return 0;
}

/** Entry that translates `va` for the running address space; 0: none. Changes nothing. */
export function findEntry(base: u32, sets: u32, ways: u32, va: u64): u32 {
  const tag = va & PAGE_MASK | <u64>load<u32>(ST_ASID);
  let e = setAt(base, sets, ways, va >> 12);
  for (const end = e + ways * TLB_ENTRY_BYTES; e < end; e += TLB_ENTRY_BYTES) {
    if (load<u64>(e) == tag && !(load<u32>(e, TLB_FLAGS) & FLAG_HUGE)) return e;
  }
  return hugeEntries() ? findHuge(base, sets, ways, va) : 0;
}
function findHuge(base: u32, sets: u32, ways: u32, va: u64): u32 {
  const e = findSize(base, sets, ways, va, FLAG_2M);
  return e ? e : findSize(base, sets, ways, va, FLAG_1G);
}

/** Puts a translation in the place of the least recently used way (an empty one has stamp 0) and makes it the most recently used. */
export function insertEntry(base: u32, sets: u32, ways: u32, va: u64, pfn: u32, flags: u32, slot: u32): u32 {
  const shift = pageShift(flags);
  let victim = setAt(base, sets, ways, va >> shift), oldest = load<u64>(victim, TLB_STAMP);
  for (let e = victim + TLB_ENTRY_BYTES, end = victim + ways * TLB_ENTRY_BYTES; e < end; e += TLB_ENTRY_BYTES) {
    const stamp = load<u64>(e, TLB_STAMP);
    if (stamp < oldest) { oldest = stamp; victim = e; }
  }
  store<u64>(victim, va >> shift << shift | <u64>load<u32>(ST_ASID));
  store<u32>(victim, pfn, TLB_PFN);
  store<u32>(victim, flags, TLB_FLAGS);
  store<u32>(victim, slot, TLB_SLOT);
  touch(victim);
  if (flags & FLAG_HUGE) store<u32>(ST_HUGE_ENTRIES, 1);
  return victim;
}

/** Removes what translates `va` for the running address space, of any page size. True if there was something. */
export function removeEntry(base: u32, sets: u32, ways: u32, va: u64): bool {
  let found = false;
  for (let e = findEntry(base, sets, ways, va); e; e = findEntry(base, sets, ways, va)) {
    clearEntry(e);
    found = true;
  }
  return found;
}

// @ts-ignore: decorator
@inline function clearEntry(e: u32): void {
  store<u64>(e, NONE);
  store<u64>(e, 0, TLB_STAMP);
}

/** Removes the entries of an ASID, or all. */
export function removeAll(base: u32, sets: u32, ways: u32, asid: u32, all: bool): void {
  for (let e = base, end = base + sets * ways * TLB_ENTRY_BYTES; e < end; e += TLB_ENTRY_BYTES) {
    if (all || (load<u64>(e) != NONE && (<u32>load<u64>(e) & 0xfff) == asid)) clearEntry(e);
  }
}

export function resetTlbClock(): void {
  store<u64>(ST_TLB_CLOCK, 0);
  store<u32>(ST_HUGE_ENTRIES, 0);
}
