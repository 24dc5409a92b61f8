/**
 * Pages of guest memory as the memory and string intrinsics use them: a page translated at its first access, its A bits tested
 * for a run of bytes at once.
 *
 * Statistics are those of the access pattern that the intrinsic documents, one access an element, whether a run is done at
 * once or element by element: after the first access to a page the others of the run find it in L1. (That needs two ways in L1
 * where a run alternates between two pages; with a direct-mapped L1 the intrinsics go element by element.) Each access also
 * costs one cycle, so that a call that moves a megabyte is not one cycle long.
 */
import { ACCESS_READ, ACCESS_WRITE } from "../../kernel-interface";
import { CNT_ACCESS, FAST_READ, FAST_WRITE, GEO_L1D_WAYS, ST_RECORD_AT, ST_TRANSLATION } from "../memory-layout";
import { invalidAccess } from "./host";
import { translateData } from "./mmu";
import { segmentRoom } from "./segments";
import { fastOffset, shadowToRead } from "./shadow";
import { NONE, PAGE_MASK, add, chargeCycles, high, low } from "./state";

/** Store address of the byte at `va` to be read; 0: leave. */
export function readable(va: u64): u32 {
  const e = FAST_READ + fastOffset(va);
  return load<u64>(e) == (va & PAGE_MASK) ? load<u32>(e, 8) + <u32>va : translateData(va, ACCESS_READ);
}
/** Store address of the byte at `va` to be written; 0: leave. */
export function writable(va: u64): u32 {
  const e = FAST_WRITE + fastOffset(va);
  return load<u64>(e) == (va & PAGE_MASK) ? load<u32>(e, 8) + <u32>va : translateData(va, ACCESS_WRITE);
}

/** Bytes from `va` to the end of its page, or of its segment. One while references are recorded, so that each access is made. */
export function roomAbove(va: u64): u64 {
  if (load<u32>(ST_RECORD_AT)) return 1;
  return load<u32>(ST_TRANSLATION) ? segmentRoom(va) : 4096 - (va & 4095);
}
/** Bytes from the start of the page of the byte below `va` to `va`. */
// @ts-ignore: decorator
@inline export function roomBelow(va: u64): u64 { return load<u32>(ST_RECORD_AT) ? 1 : (va - 1 & 4095) + 1; }
// @ts-ignore: decorator
@inline export function least(a: u64, b: u64): u64 { return a < b ? a : b; }

/** True when the `n` bytes from `va`, within one page, are all addressable. */
export function allAddressable(va: u64, n: u32): bool {
  let s = shadowToRead(va) + (<u32>va & 4095);
  const end = s + n;
  for (; s < end && (s & 7); s++) if (!(load<u8>(s >> 3) >> (s & 7) & 1)) return false;
  for (; s + 64 <= end; s += 64) if (load<u64>(s >> 3) != NONE) return false;
  for (; s + 8 <= end; s += 8) if (load<u8>(s >> 3) != 0xff) return false;
  for (; s < end; s++) if (!(load<u8>(s >> 3) >> (s & 7) & 1)) return false;
  return true;
}

/** Reports a byte read when it is not addressable. */
export function checkByteRead(va: u64): void {
  const s = shadowToRead(va) + (<u32>va & 4095);
  if (!(load<u8>(s >> 3) >> (s & 7) & 1)) invalidAccess(low(va), high(va), 1, 0);
}

/** Counts accesses of an intrinsic and their cycles. */
export function countAccesses(n: u64): void {
  add(CNT_ACCESS, n);
  chargeCycles(n);
}

/**
 * Whether a run may alternate between two pages without more than their first accesses changing the TLB. Downward runs look at the
 * limits of segments element by element.
 */
export function mayRunAtOnce(upward: bool): bool { return load<u32>(GEO_L1D_WAYS) > 1 && (upward || !load<u32>(ST_TRANSLATION)); }
