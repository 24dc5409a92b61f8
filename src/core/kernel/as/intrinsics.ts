/**
 * The intrinsics that run inside the kernel (src/core/intrinsics.ts below FIRST_MACHINE_INTRINSIC): arguments are registers,
 * 16 bytes each, results go to one register or two.
 */
import { Intrinsic } from "../../intrinsics";
import { Leave, ST_LEAVE, ST_LOAD_VALUE } from "../memory-layout";
import { trap } from "./calls";
import { compareMemory, fillMemory, moveMemory } from "./memory";
import { Scan, compareStrings, copyString, findByte, stringLength } from "./strings";
import { NONE } from "./state";
import { divideS128, divideU128, highWord, multiply128, remainderHigh, remainderLow, shiftLeft128, shiftRight128 } from "./wide";
import { extendedIntrinsic } from "./x87-intrinsics";

// @ts-ignore: decorator
@inline function argument(args: u32, n: u32): u64 { return load<u64>(args + (n << 4)); }
// @ts-ignore: decorator
@inline function argumentV(args: u32, n: u32): u64 { return load<u64>(args + (n << 4), 8); }

/** Result register: value and V bits. */
export function give(result: u32, value: u64, v: u64): void {
  if (!result) return;
  store<u64>(result, value);
  store<u64>(result, v, 8);
}
/** Two result registers, undefined as a whole when any argument bit was. */
export function givePair(result: u32, first: u64, second: u64, v: u64): void {
  if (!result) return;
  const all: u64 = v ? NONE : 0;
  give(result, first, all);
  give(result + 16, second, all);
}

/** Runs intrinsic `id`. False: leave, ST_LEAVE says why. The running instruction is in the state block. */
export function kernelIntrinsic<C, P>(id: i32, args: u32, result: u32): bool {
  if (id >= Intrinsic.x87_add) { extendedIntrinsic(id, args, result); return true; }
  if (id >= Intrinsic.i128_udiv) return wideIntrinsic(id, args, result);
  store<u32>(ST_LEAVE, Leave.Retry);
  return memoryIntrinsic<C, P>(id, args, result);
}

function memoryIntrinsic<C, P>(id: i32, args: u32, result: u32): bool {
  const a = argument(args, 0), b = argument(args, 1), vA = argumentV(args, 0);
  switch (id) {
    case Intrinsic.memcpy:
    case Intrinsic.memmove:
    case Intrinsic.copy:
      if (!moveMemory<C, P>(a, b, argument(args, 2), id == Intrinsic.copy)) return false;
      give(result, a, vA);
      return true;
    case Intrinsic.memset:
    case Intrinsic.fill:
      if (!fillMemory<C, P>(a, <u32>b, <u32>argumentV(args, 1), argument(args, 2), id == Intrinsic.fill)) return false;
      give(result, a, vA);
      return true;
    case Intrinsic.strcpy:
      if (!copyString<C, P>(a, b)) return false;
      give(result, a, vA);
      return true;
    case Intrinsic.memcmp: if (!compareMemory<C>(a, b, argument(args, 2))) return false; break;
    case Intrinsic.strcmp: if (!compareStrings<C>(a, b, NONE)) return false; break;
    case Intrinsic.strncmp: if (!compareStrings<C>(a, b, argument(args, 2))) return false; break;
    case Intrinsic.memchr: if (!findByte<C>(a, argument(args, 2), <u32>b, Scan.Byte)) return false; break;
    case Intrinsic.strchr: if (!findByte<C>(a, NONE, <u32>b, Scan.ByteOrZero)) return false; break;
    case Intrinsic.strrchr: if (!findByte<C>(a, NONE, <u32>b, Scan.LastByte)) return false; break;
    case Intrinsic.strlen: if (!stringLength<C>(a, NONE)) return false; break;
    default: if (!stringLength<C>(a, b)) return false;
  }
  give(result, load<u64>(ST_LOAD_VALUE), 0);
  return true;
}

function wideIntrinsic(id: i32, args: u32, result: u32): bool {
  const aLow = argument(args, 0), aHigh = argument(args, 1), bLow = argument(args, 2), bHigh = argument(args, 3);
  const isShift = id >= Intrinsic.i128_shl;
  const v = argumentV(args, 0) | argumentV(args, 1) | argumentV(args, 2) | (isShift ? 0 : argumentV(args, 3));
  if (id < Intrinsic.i128_mul) {
    const signed = id >= Intrinsic.i128_sdiv;
    const overflows = signed && !aLow && aHigh == 0x8000000000000000 && (bLow & bHigh) == NONE;
    if (!(bLow | bHigh) || overflows) { trap(0); return false; }
  }
  let low: u64, high: u64;
  switch (id) {
    case Intrinsic.i128_udiv: low = divideU128(aLow, aHigh, bLow, bHigh); high = highWord; break;
    case Intrinsic.i128_urem: divideU128(aLow, aHigh, bLow, bHigh); low = remainderLow; high = remainderHigh; break;
    case Intrinsic.i128_sdiv: low = divideS128(aLow, aHigh, bLow, bHigh, false); high = highWord; break;
    case Intrinsic.i128_srem: low = divideS128(aLow, aHigh, bLow, bHigh, true); high = highWord; break;
    case Intrinsic.i128_mul: low = multiply128(aLow, aHigh, bLow, bHigh); high = highWord; break;
    case Intrinsic.i128_shl: low = shiftLeft128(aLow, aHigh, bLow); high = highWord; break;
    case Intrinsic.i128_lshr: low = shiftRight128(aLow, aHigh, bLow, false); high = highWord; break;
    default: low = shiftRight128(aLow, aHigh, bLow, true); high = highWord;
  }
  givePair(result, low, high, v);
  return true;
}
