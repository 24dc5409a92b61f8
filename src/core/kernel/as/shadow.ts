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

/** Bytes of the System V red zone below SP. */
export const RED_ZONE: u64 = 128;

/** Store address of the V bits of [from, to) when its page's shadow is known and private and it is one page, 8-aligned; else 0. */
// @ts-ignore: decorator
@inline function knownStack(from: u64, to: u64): u32 {
  const e = cacheEntry(from);
  const simple = ((from ^ (to - 1)) & PAGE_MASK) == 0 && (<u32>(from | to) & 7) == 0 && load<u64>(e) == (from & PAGE_MASK) && load<u32>(e, 12) != 0;
  return simple ? load<u32>(e, 8) + (<u32>from & 4095) : 0;
}

/** A call: the frame and the red zone below it, [frame − 128, sp), become undefined, the 16 bytes of its links at `links` defined. */
export function shadeCall(frame: u64, sp: u64, links: u64): void {
  const from = frame - RED_ZONE, s = knownStack(from, sp), n = <u32>(sp - from);
  if (!s || n > SHORT_STACK) {
    shadeRange(from, sp, UNDEFINED);
    shadeRange(links, links + 16, DEFINED);
    return;
  }
  fillA(s >> 3, n >> 3, NONE);
  fillV(s, n);
  const v = s + <u32>(links - from);
  store<u64>(v, 0);
  store<u64>(v, 0, 8);
}

/** A return: [calleeSp − 128, callerSp − 128) becomes no access, [callerSp − 128, callerSp) undefined. */
export function shadeReturn(calleeSp: u64, callerSp: u64): void {
  const from = calleeSp - RED_ZONE, s = callerSp > calleeSp ? knownStack(from, callerSp) : 0, n = <u32>(callerSp - calleeSp);
  if (!s || n > SHORT_STACK) {
    if (callerSp > calleeSp) shadeRange(from, callerSp - RED_ZONE, NO_ACCESS);
    shadeRange(callerSp - RED_ZONE, callerSp, UNDEFINED);
    return;
  }
  const zone = s + n;
  fillA(s >> 3, n >> 3, 0);
  store<u64>(zone >> 3, NONE);
  store<u64>(zone >> 3, NONE, 8);
  fillV(zone, <u32>RED_ZONE);
}

/** Stack ranges beyond this are filled by memory.fill. */
const SHORT_STACK: u32 = 640;

/** Fills `n` bytes of A bits with the repeated byte of `pattern` (all ones or zero). */
// @ts-ignore: decorator
@inline function fillA(at: u32, n: u32, pattern: u64): void {
  const end = at + n;
  for (; at + 8 <= end; at += 8) store<u64>(at, pattern);
  if (at + 4 <= end) { store<u32>(at, <u32>pattern); at += 4; }
  if (at + 2 <= end) { store<u16>(at, <u16>pattern); at += 2; }
  if (at < end) store<u8>(at, <u8>pattern);
}
/** Makes `n` (a multiple of 8) V bytes undefined. */
// @ts-ignore: decorator
@inline function fillV(at: u32, n: u32): void {
  const end = at + n, ones = i64x2.splat(-1);
  for (; at + 64 <= end; at += 64) {
    v128.store(at, ones);
    v128.store(at, ones, 16);
    v128.store(at, ones, 32);
    v128.store(at, ones, 48);
  }
  for (; at + 16 <= end; at += 16) v128.store(at, ones);
  if (at < end) store<u64>(at, NONE);
}
