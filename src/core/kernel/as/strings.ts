/**
 * String intrinsics: byte by byte, one access a byte read or written, as Memcheck's replacement functions do it. Each returns
 * false to leave and be retried (going on from ST_PROGRESS); its result is in ST_LOAD_VALUE.
 */
import { ST_LOAD_VALUE, ST_LOAD_VBITS, ST_PROGRESS, ST_PROGRESS_DATUM } from "../memory-layout";
import { loadBytes, storeBytes, watchRange } from "./access";
import { checkByteRead, countAccesses, readable, roomAbove } from "./ranges";

/** What ends a scan, besides the limit. */
export const enum Scan {
  /** A zero byte (strlen, strnlen). */
  Zero,
  /** The byte; zero bytes are nothing special (memchr). */
  Byte,
  /** The byte, or a zero byte (strchr). */
  ByteOrZero,
  /** A zero byte; the last place of the byte is kept (strrchr). */
  LastByte,
}

/** Where a scan ended, and whether by finding. */
let scanEnd: u64 = 0;
let scanFound = false;

/** Reads bytes upward from `from`, at most `limit`. False: leave. */
function scan<C>(from: u64, limit: u64, byte: u32, how: Scan): bool {
  let done = load<u64>(ST_PROGRESS), last = load<u64>(ST_PROGRESS_DATUM);
  scanFound = false;
  while (done < limit && !scanFound) {
    const va = from + done;
    if (sizeof<C>() > 1) checkByteRead(va);
    const p = readable(va);
    if (!p) {
      store<u64>(ST_PROGRESS, done);
      store<u64>(ST_PROGRESS_DATUM, last);
      return false;
    }
    const room = <u32>roomAbove(va), n = limit - done < <u64>room ? <u32>(limit - done) : room;
    let k: u32 = 0;
    while (true) {
      const c: u32 = load<u8>(p + k);
      if (how == Scan.LastByte && c == byte) last = va + k;
      if ((how == Scan.Zero || how == Scan.LastByte) ? c == 0 : c == byte || (how == Scan.ByteOrZero && c == 0)) {
        scanFound = how != Scan.ByteOrZero || c == byte;
        scanEnd = va + k;
        countAccesses(k + 1);
        finish();
        if (how == Scan.LastByte) { scanFound = last != 0; scanEnd = last; }
        return true;
      }
      if (++k == n) break;
      if (sizeof<C>() > 1) checkByteRead(va + k);
    }
    countAccesses(n);
    done += n;
  }
  finish();
  return true;
}
function finish(): void {
  store<u64>(ST_PROGRESS, 0);
  store<u64>(ST_PROGRESS_DATUM, 0);
}

/** Length up to a zero byte, at most `limit`. */
export function stringLength<C>(from: u64, limit: u64): bool {
  if (!scan<C>(from, limit, 0, Scan.Zero)) return false;
  store<u64>(ST_LOAD_VALUE, scanFound ? scanEnd - from : limit);
  return true;
}

/** Address of a byte, or 0. */
export function findByte<C>(from: u64, limit: u64, byte: u32, how: Scan): bool {
  if (!scan<C>(from, limit, byte & 0xff, how)) return false;
  store<u64>(ST_LOAD_VALUE, scanFound ? scanEnd : 0);
  return true;
}

/** strcmp, strncmp: −1, 0 or 1 in 32 bits. */
export function compareStrings<C>(a: u64, b: u64, limit: u64): bool {
  let done = load<u64>(ST_PROGRESS), result: u32 = 0;
  while (done < limit) {
    let x: u32 = 0;
    let ok = loadBytes<C>(a + done, 1);
    if (ok) {
      x = <u32>load<u64>(ST_LOAD_VALUE);
      ok = loadBytes<C>(b + done, 1);
    }
    if (!ok) {
      store<u64>(ST_PROGRESS, done);
      return false;
    }
    countAccesses(2);
    const y = <u32>load<u64>(ST_LOAD_VALUE);
    if (x != y) { result = x < y ? 0xffffffff : 1; break; }
    if (!x) break;
    done++;
  }
  finish();
  store<u64>(ST_LOAD_VALUE, <u64>result);
  return true;
}

/** strcpy: reads and writes a byte at a time up to and with the zero byte. */
export function copyString<C, P>(to: u64, from: u64): bool {
  let done = load<u64>(ST_PROGRESS);
  while (true) {
    let ok = loadBytes<C>(from + done, 1);
    const byte = load<u64>(ST_LOAD_VALUE);
    if (ok) ok = storeBytes<C>(to + done, 1, byte, load<u64>(ST_LOAD_VBITS));
    if (!ok) {
      store<u64>(ST_PROGRESS, done);
      return false;
    }
    countAccesses(2);
    done++;
    if (!byte) break;
  }
  finish();
  if (sizeof<P>() > 1) watchRange(to, done, 1);
  return true;
}
