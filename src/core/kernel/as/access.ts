/**
 * Loads and stores off the fast path: pages that are not the MRU way of their set, unaligned and page-crossing accesses,
 * bytes that are not addressable, first writes.
 *
 * With checking (C is u16), the A bits of the bytes are looked at first; an access to unaddressable bytes is reported once
 * (host.invalidAccess) and then made. By Memcheck's rules: an aligned load of 4 or 8 bytes with some, not all, of its bytes
 * addressable is not reported and gives undefined bits for the others (--partial-loads-ok=yes, its default); otherwise
 * unaddressable bytes read as defined. A store changes V bits of addressable bytes only.
 *
 * C stands for the variant: sizeof<C>() is 1 without checking, 2 with it.
 */
import { ACCESS_READ, ACCESS_WRITE } from "../../kernel-interface";
import { ST_ARG0, ST_ARG2, ST_ARG3, ST_HELD, ST_LOAD_VALUE, ST_LOAD_VBITS, ST_WATCH_HIGH, ST_WATCH_LOW, WATCH_FILTER } from "../memory-layout";
import { invalidAccess, watch } from "./host";
import { peekAt, translateData } from "./mmu";
import { addressableBits, shadowToRead, shadowToWrite } from "./shadow";
import { NONE, high, low, savePlace, setArgs } from "./state";

/** Bits of a value of `size` bytes. */
// @ts-ignore: decorator
@inline function widthMask(size: u32): u64 { return NONE >> (64 - (<u64>size << 3)); }

/** Bytes of an access that its first translation is for: those on its first page, or all where offsets end (no segment goes on there). */
// @ts-ignore: decorator
@inline function firstSpan(va: u64, size: u32, room: u32): u32 { return size <= room || <u32>va + size < size ? size : room; }

/** A bits of `size` bytes at `va`, which may cross a page. */
function addressable(va: u64, size: u32): u32 {
  const room: u32 = 4096 - (<u32>va & 4095);
  if (size <= room) return addressableBits(shadowToRead(va) + (<u32>va & 4095), size);
  return addressableBits(shadowToRead(va) + (<u32>va & 4095), room) | addressableBits(shadowToRead(va + room), size - room) << room;
}

/** Spreads bit k of `bits` over byte k. */
function spread(bits: u32): u64 {
  let mask: u64 = 0;
  for (let k: u32 = 0; k < 8; k++) if (bits >> k & 1) mask |= <u64>0xff << (<u64>k << 3);
  return mask;
}

// @ts-ignore: decorator
@inline function readBytes(at: u32, size: u32): u64 {
  return size == 8 ? load<u64>(at) : size == 4 ? <u64>load<u32>(at) : size == 2 ? <u64>load<u16>(at) : <u64>load<u8>(at);
}
// @ts-ignore: decorator
@inline function writeBytes(at: u32, value: u64, size: u32): void {
  if (size == 8) store<u64>(at, value);
  else if (size == 4) store<u32>(at, <u32>value);
  else if (size == 2) store<u16>(at, <u16>value);
  else store<u8>(at, <u8>value);
}

/** V bits in memory of `size` bytes at `va`. */
function readV(va: u64, size: u32): u64 {
  const room: u32 = 4096 - (<u32>va & 4095);
  if (size <= room) return readBytes(shadowToRead(va) + (<u32>va & 4095), size);
  let v: u64 = 0;
  for (let k: u32 = 0; k < size; k++) v |= <u64>load<u8>(shadowToRead(va + k) + (<u32>(va + k) & 4095)) << (<u64>k << 3);
  return v;
}

// @ts-ignore: decorator
@inline function isExcused(va: u64, size: u32, bits: u32): bool {
  return size >= 4 && !(<u32>va & (size - 1)) && bits != 0;
}

/** Reports unaddressable bytes of an access; returns its A bits. */
function check(va: u64, size: u32, write: u32): u32 {
  const bits = addressable(va, size), all: u32 = (1 << size) - 1;
  if (bits != all && (write || !isExcused(va, size, bits))) invalidAccess(low(va), high(va), size, write);
  return bits;
}

/**
 * Loads `size` bytes at `va` into ST_LOAD_VALUE and ST_LOAD_VBITS, zero-extended. False: the machine asked to leave and the
 * instruction runs again. The running instruction must be in the state block.
 */
export function loadBytes<C>(va: u64, size: u32): bool {
  const all: u32 = (1 << size) - 1;
  let bits: u32 = 0;
  if (sizeof<C>() > 1) bits = check(va, size, 0);
  const room: u32 = 4096 - (<u32>va & 4095), first = translateData(va, ACCESS_READ, firstSpan(va, size, room));
  if (!first) return false;
  let value: u64;
  if (size <= room) value = readBytes(first, size);
  else {
    store<u32>(ST_HELD, first & ~4095);
    const second = translateData(va + room, ACCESS_READ, size - room);
    store<u32>(ST_HELD, 0);
    if (!second) return false;
    value = 0;
    for (let k: u32 = 0; k < size; k++) value |= <u64>load<u8>(k < room ? first + k : second + k - room) << (<u64>k << 3);
  }
  store<u64>(ST_LOAD_VALUE, value);
  if (sizeof<C>() > 1) {
    if (bits == all && size <= room) store<u64>(ST_LOAD_VBITS, readBytes(shadowToRead(va) + (<u32>va & 4095), size));
    else store<u64>(ST_LOAD_VBITS, loadedV(va, size, bits));
  }
  return true;
}

function loadedV(va: u64, size: u32, bits: u32): u64 {
  const all: u32 = (1 << size) - 1;
  if (bits == all) return readV(va, size);
  const known = spread(bits);
  return (bits ? readV(va, size) & known : 0) | (isExcused(va, size, bits) ? ~known & widthMask(size) : 0);
}

/** Stores the low `size` bytes of `value` and of its V bits at `va`. False: as loadBytes. */
export function storeBytes<C>(va: u64, size: u32, value: u64, v: u64): bool {
  let bits: u32 = 0;
  if (sizeof<C>() > 1) {
    bits = check(va, size, 1);
    // The private shadow page comes first, so that the translation can fill the fast entry for writes.
    if (bits) shadowToWrite(va);
  }
  const room: u32 = 4096 - (<u32>va & 4095), first = translateData(va, ACCESS_WRITE, firstSpan(va, size, room));
  if (!first) return false;
  if (size <= room) writeBytes(first, value, size);
  else {
    store<u32>(ST_HELD, first & ~4095);
    const second = translateData(va + room, ACCESS_WRITE, size - room);
    store<u32>(ST_HELD, 0);
    if (!second) return false;
    for (let k: u32 = 0; k < size; k++) store<u8>(k < room ? first + k : second + k - room, <u8>(value >> (<u64>k << 3)));
  }
  if (sizeof<C>() > 1) storeV(va, size, v, bits);
  return true;
}

function storeV(va: u64, size: u32, v: u64, bits: u32): void {
  if (bits == (1 << size) - 1 && (<u32>va & 4095) + size <= 4096) {
    writeBytes(shadowToWrite(va) + (<u32>va & 4095), v, size);
    return;
  }
  for (let k: u32 = 0; k < size; k++) {
    if (bits >> k & 1) store<u8>(shadowToWrite(va + k) + (<u32>(va + k) & 4095), <u8>(v >> (<u64>k << 3)));
  }
}

/** loadBytes for the interpreter loop: puts the running instruction in the state block first. */
export function slowLoad<C>(va: u64, size: u32, ip: u32, r: u32, limit: u32): bool {
  savePlace(ip, r, limit);
  return loadBytes<C>(va, size);
}
/** storeBytes for the interpreter loop. */
export function slowStore<C>(va: u64, size: u32, value: u64, v: u64, ip: u32, r: u32, limit: u32): bool {
  savePlace(ip, r, limit);
  return storeBytes<C>(va, size, value & widthMask(size), v);
}

/** Tells the second pass about a store to the 8-byte words that [va, va + size) touches, when it may matter. */
export function watchStore(va: u64, size: u32): void {
  for (let word = va & ~7; word < va + size; word += 8) {
    const p = peekAt(word), bit = <u32>(word >> 3) & 0xffff;
    const value = load<u64>(p);
    const pointsIn = value >= load<u64>(ST_WATCH_LOW) && value < load<u64>(ST_WATCH_HIGH);
    if (!pointsIn && !(load<u8>(WATCH_FILTER + (bit >> 3)) >> (bit & 7) & 1)) continue;
    setArgs(value);
    store<u32>(ST_ARG2, <u32>va);
    store<u32>(ST_ARG3, size);
    watch(low(word), high(word), 0);
  }
}
/** Tells the second pass that [va, va + n) was written (kind 1) or that a call frame there was popped (kind 2). */
export function watchRange(va: u64, n: u64, kind: u32): void {
  store<u32>(ST_ARG0, n > 0xffffffff ? 0xffffffff : <u32>n);
  watch(low(va), high(va), kind);
}
