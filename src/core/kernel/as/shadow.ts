/**
 * Shadows: a V-bit page (a byte for a byte, 1 = undefined) and its A bits (1 = addressable) at pool address >> 3, for each
 * virtual page of an address space. The machine owns them; this file finds them (through a direct-mapped cache of
 * host.shadowPage) and reads and writes them.
 */
import {
  FAST_READ, FAST_SETS_MAX, FAST_WRITE, SHADOW_CACHE, SHADOW_CACHE_ENTRIES,
} from "../memory-layout";
import { shadowPage } from "./host";
import { NONE, PAGE_MASK, high, low } from "./state";

export const NO_ACCESS: u32 = 0;
export const UNDEFINED: u32 = 1;
export const DEFINED: u32 = 2;

// @ts-ignore: decorator
@inline function cacheEntry(va: u64): u32 { return SHADOW_CACHE + ((<u32>(va >> 12) & (SHADOW_CACHE_ENTRIES - 1)) << 4); }

/** Offset in the fast tables of the entry that a page would have. */
// @ts-ignore: decorator
@inline export function fastOffset(va: u64): u32 { return <u32>(va >> 8) & ((FAST_SETS_MAX - 1) << 4); }

/** Removes the fast entries of one 4 KiB page. */
export function dropFast(page: u64): void {
  const at = fastOffset(page);
  if (load<u64>(FAST_READ + at) == page) store<u64>(FAST_READ + at, NONE);
  if (load<u64>(FAST_WRITE + at) == page) store<u64>(FAST_WRITE + at, NONE);
}

function remember(va: u64, shadow: u32, isPrivate: u32): void {
  const e = cacheEntry(va);
  store<u64>(e, va & PAGE_MASK);
  store<u32>(e, shadow, 8);
  store<u32>(e, isPrivate, 12);
}

/** V-bit page of the page of `va`, to be read. */
export function shadowToRead(va: u64): u32 {
  const e = cacheEntry(va);
  if (load<u64>(e) == (va & PAGE_MASK)) return load<u32>(e, 8);
  const shadow = shadowPage(low(va), high(va), 0);
  remember(va, shadow, 0);
  return shadow;
}

/** V-bit page of the page of `va`, to be written: the address space's own. Fast entries that knew another one go. */
export function shadowToWrite(va: u64): u32 {
  const e = cacheEntry(va);
  if (load<u64>(e) == (va & PAGE_MASK) && load<u32>(e, 12)) return load<u32>(e, 8);
  const shadow = shadowPage(low(va), high(va), 1);
  remember(va, shadow, 1);
  dropFast(va & PAGE_MASK);
  return shadow;
}

/** True when the shadow page of `va` is known to be the address space's own. */
export function isShadowPrivate(va: u64): bool {
  const e = cacheEntry(va);
  return load<u64>(e) == (va & PAGE_MASK) && load<u32>(e, 12) != 0;
}

/** Forgets the shadow page of one page. */
export function dropShadow(va: u64): void {
  const e = cacheEntry(va);
  if (load<u64>(e) == (va & PAGE_MASK)) store<u64>(e, NONE);
}

export function clearShadowCache(): void { memory.fill(SHADOW_CACHE, 0xff, SHADOW_CACHE_ENTRIES << 4); }

/** A bits of the `size` (≤ 8) bytes at shadow address `s`, all within one page: bit k is byte k. */
// @ts-ignore: decorator
@inline export function addressableBits(s: u32, size: u32): u32 {
  return <u32>load<u16>(s >> 3) >> (s & 7) & ((1 << size) - 1);
}

/** Sets or clears A bits of [s, s + n), a range within one page. */
function setAddressable(s: u32, n: u32, value: bool): void {
  const end = s + n;
  if ((s & 7) && (s >> 3) == (end >> 3)) { maskA(s >> 3, ((1 << n) - 1) << (s & 7), value); return; }
  if (s & 7) {
    maskA(s >> 3, 0xff << (s & 7), value);
    s = (s + 7) & ~7;
  }
  const whole = (end >> 3) - (s >> 3);
  if (whole) memory.fill(s >> 3, value ? 0xff : 0, whole);
  if (end & 7) maskA(end >> 3, (1 << (end & 7)) - 1, value);
}
// @ts-ignore: decorator
@inline function maskA(at: u32, mask: u32, value: bool): void {
  const bits = <u32>load<u8>(at);
  store<u8>(at, value ? bits | mask : bits & ~mask);
}

/** Gives the bytes [from, to) of the running address space a state. Wholly covered pages may get a shared constant shadow. */
export function shadeRange(from: u64, to: u64, state: u32): void {
  while (from < to) {
    const pageEnd = (from & PAGE_MASK) + 4096, end = pageEnd != 0 && pageEnd < to ? pageEnd : to, n = <u32>(end - from);
    if (n == 4096 && !isShadowPrivate(from)) {
      remember(from, shadowPage(low(from), high(from), 2 + state), 0);
      dropFast(from);
    } else {
      const s = shadowToWrite(from) + (<u32>from & 4095);
      setAddressable(s, n, state != NO_ACCESS);
      if (state != NO_ACCESS) memory.fill(s, state == UNDEFINED ? 0xff : 0, n);
    }
    from = end;
  }
}

/**
 * shadeRange for stack frames: both ends are multiples of 8 nearly always, and the range is short. Without calls when its
 * page's shadow is known and private.
 */
export function shadeStack(from: u64, to: u64, undefined: bool): void {
  if (from >= to) return;
  const e = cacheEntry(from), n = <u32>(to - from);
  if (((from ^ (to - 1)) & PAGE_MASK) != 0 || (<u32>(from | to) & 7) != 0 || load<u64>(e) != (from & PAGE_MASK) || !load<u32>(e, 12)) {
    shadeRange(from, to, undefined ? UNDEFINED : NO_ACCESS);
    return;
  }
  let s = load<u32>(e, 8) + (<u32>from & 4095);
  fillBytes(s >> 3, n >> 3, undefined ? NONE : 0);
  if (undefined) {
    if (n > 512) { memory.fill(s, 0xff, n); return; }
    const end = s + n, whole = s + (n & ~15), ones = i64x2.splat(-1);
    for (; s < whole; s += 16) v128.store(s, ones);
    if (s < end) store<u64>(s, NONE);
  }
}

/** Fills `n` bytes with the repeated low byte of `pattern` (all ones or zero). */
// @ts-ignore: decorator
@inline function fillBytes(at: u32, n: u32, pattern: u64): void {
  const end = at + n;
  for (; at + 8 <= end; at += 8) store<u64>(at, pattern);
  if (at + 4 <= end) { store<u32>(at, <u32>pattern); at += 4; }
  for (; at < end; at++) store<u8>(at, <u8>pattern);
}
