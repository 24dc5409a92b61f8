/**
 * memcpy, memmove, memset, memcmp and the compiler's own copies and fills.
 *
 * Access patterns (one load and one store an element for copies), those of Memcheck's replacement functions:
 *   memcpy, memmove  downward when the target begins inside the source, otherwise upward, nothing when equal. When both addresses are alike modulo 8:
 *                    bytes to the 8-byte boundary, then words; then, and otherwise, 2-byte units when both addresses
 *                    are even, then bytes.
 *   memset           bytes to the 8-byte boundary, words, bytes.
 *   memcmp           words while equal when both are 8-aligned, then bytes.
 *   copy, fill       upward in units of 8, then 4, 2, 1 bytes, whatever the alignment (what compilers emit in line).
 *
 * The pattern is a function of how many bytes are done (`unitAt…`), so a call that left in its middle goes on from
 * ST_PROGRESS. A run of equal units within one page of each side is done at once when every byte is addressable.
 */
import { ST_HELD, ST_LOAD_VALUE, ST_LOAD_VBITS, ST_PROGRESS } from "../memory-layout";
import { loadBytes, storeBytes, watchRange } from "./access";
import { allAddressable, countAccesses, least, mayRunAtOnce, readable, roomAbove, roomBelow, writable } from "./ranges";
import { shadowToRead, shadowToWrite } from "./shadow";

/** Bytes of the run of equal units that starts where `unitAt…` was asked. */
let runBytes: u64 = 0;

function run(unit: u32, bytes: u64): u32 {
  runBytes = bytes;
  return unit;
}

/** Unit size after `done` bytes of a memcpy or memmove of n; runBytes is how far it holds. */
function unitAtMove(to: u64, from: u64, n: u64, done: u64, upward: bool): u32 {
  const left = n - done;
  const aligned = ((to ^ from) & 7) == 0;
  if (aligned) {
    const head = least(n, upward ? 0 - from & 7 : from + n & 7);
    if (done < head) return run(1, head - done);
    if (left >= 8) return run(8, left & ~7);
  }
  // What follows the words begins at an even address.
  const even = aligned || ((upward ? to | from : to + n | from + n) & 1) == 0;
  return even && left >= 2 ? run(2, left & ~1) : run(1, left);
}
function unitAtSet(to: u64, n: u64, done: u64): u32 {
  const head = least(n, 0 - to & 7), left = n - done;
  if (done < head) return run(1, head - done);
  return left >= 8 ? run(8, left & ~7) : run(1, left);
}
function unitInLine(n: u64, done: u64): u32 {
  const left = n - done;
  if (left >= 8) return run(8, left & ~7);
  return left >= 4 ? run(4, 4) : left >= 2 ? run(2, 2) : run(1, 1);
}

/** One unit from `from` to `to`. False: leave. */
function moveUnit<C>(to: u64, from: u64, unit: u32): bool {
  return loadBytes<C>(from, unit) && storeBytes<C>(to, unit, load<u64>(ST_LOAD_VALUE), load<u64>(ST_LOAD_VBITS));
}

/** `n` bytes, within a page on each side. False: leave. */
function moveRun<C>(to: u64, from: u64, n: u32): bool {
  const source = readable(from);
  if (!source) return false;
  let shadow: u32 = 0;
  if (sizeof<C>() > 1) shadow = shadowToWrite(to) + (<u32>to & 4095);
  store<u32>(ST_HELD, source & ~4095);
  const destination = writable(to);
  store<u32>(ST_HELD, 0);
  if (!destination) return false;
  memory.copy(destination, source, n);
  if (sizeof<C>() > 1) memory.copy(shadow, shadowToRead(from) + (<u32>from & 4095), n);
  return true;
}

/** Moves n bytes. `inLine`: the compiler's pattern. False: leave and retry. */
function move<C>(to: u64, from: u64, n: u64, inLine: bool): bool {
  const upward = inLine || to < from || to - from >= n, together = mayRunAtOnce(upward) && !(inLine && to > from && to - from < n);
  let done = load<u64>(ST_PROGRESS);
  while (done < n) {
    const unit = inLine ? unitInLine(n, done) : unitAtMove(to, from, n, done, upward);
    let d = to + done, s = from + done, bytes = runBytes;
    if (upward) bytes = least(bytes, least(roomAbove(d), roomAbove(s)));
    else {
      d = to + n - done;
      s = from + n - done;
      bytes = least(bytes, least(roomBelow(d), roomBelow(s)));
    }
    bytes &= ~(<u64>unit - 1);
    let atOnce = together && bytes != 0;
    if (sizeof<C>() > 1) {
      if (atOnce) atOnce = allAddressable(upward ? s : s - bytes, <u32>bytes) && allAddressable(upward ? d : d - bytes, <u32>bytes);
    }
    if (!atOnce) bytes = unit;
    if (!upward) { d -= bytes; s -= bytes; }
    if (!(atOnce ? moveRun<C>(d, s, <u32>bytes) : moveUnit<C>(d, s, unit))) {
      store<u64>(ST_PROGRESS, done);
      return false;
    }
    countAccesses(bytes / unit << 1);
    done += bytes;
  }
  store<u64>(ST_PROGRESS, 0);
  return true;
}

export function moveMemory<C, P>(to: u64, from: u64, n: u64, inLine: bool): bool {
  if (to == from || n == 0) return true;
  if (!move<C>(to, from, n, inLine)) return false;
  if (sizeof<P>() > 1) watchRange(to, n, 1);
  return true;
}

/** memset, and the compiler's fill. False: leave and retry. */
export function fillMemory<C, P>(to: u64, byte: u32, vByte: u32, n: u64, inLine: bool): bool {
  const pattern = <u64>(byte & 0xff) * 0x0101010101010101, vPattern = <u64>(vByte & 0xff) * 0x0101010101010101;
  let done = load<u64>(ST_PROGRESS);
  while (done < n) {
    const unit = inLine ? unitInLine(n, done) : unitAtSet(to, n, done), d = to + done;
    let bytes = least(runBytes, roomAbove(d)) & ~(<u64>unit - 1), atOnce = bytes != 0;
    if (sizeof<C>() > 1) {
      if (atOnce) atOnce = allAddressable(d, <u32>bytes);
    }
    let ok: bool;
    if (!atOnce) {
      bytes = unit;
      ok = storeBytes<C>(d, unit, pattern, vPattern);
    } else ok = fillRun<C>(d, byte, vByte, <u32>bytes);
    if (!ok) {
      store<u64>(ST_PROGRESS, done);
      return false;
    }
    countAccesses(bytes / unit);
    done += bytes;
  }
  store<u64>(ST_PROGRESS, 0);
  if (sizeof<P>() > 1) { if (n) watchRange(to, n, 1); }
  return true;
}

function fillRun<C>(to: u64, byte: u32, vByte: u32, n: u32): bool {
  let shadow: u32 = 0;
  if (sizeof<C>() > 1) shadow = shadowToWrite(to) + (<u32>to & 4095);
  const destination = writable(to);
  if (!destination) return false;
  memory.fill(destination, <u8>byte, n);
  if (sizeof<C>() > 1) memory.fill(shadow, <u8>vByte, n);
  return true;
}

/** Difference of the first bytes that differ, in ST_LOAD_VALUE (32 bits). False: leave and retry. */
export function compareMemory<C>(a: u64, b: u64, n: u64): bool {
  let done = load<u64>(ST_PROGRESS), words = ((a | b) & 7) == 0, difference: u32 = 0;
  while (done < n) {
    const unit: u32 = words && n - done >= 8 ? 8 : 1;
    let x: u64 = 0;
    let ok = loadBytes<C>(a + done, unit);
    if (ok) {
      x = load<u64>(ST_LOAD_VALUE);
      ok = loadBytes<C>(b + done, unit);
    }
    if (!ok) {
      store<u64>(ST_PROGRESS, done);
      return false;
    }
    countAccesses(2);
    const y = load<u64>(ST_LOAD_VALUE);
    if (x != y) {
      if (unit == 1) { difference = <u32>x - <u32>y; break; }
      words = false;
      continue;
    }
    done += unit;
  }
  store<u64>(ST_PROGRESS, 0);
  store<u64>(ST_LOAD_VALUE, <u64>difference);
  return true;
}
