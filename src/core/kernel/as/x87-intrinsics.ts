/**
 * The x87_… intrinsics: registers in, registers out. A result is undefined as a whole when any argument bit was.
 */
import { Intrinsic } from "../../intrinsics";
import { NONE } from "./state";
import { give, givePair } from "./intrinsics";
import {
  Rounding, addExtended, divideExtended, fromBinary, fromMagnitude, multiplyExtended, relationExtended, remainderExtended,
  roundExtended, signExponent, squareRootExtended, toBinary, toSigned, toUnsigned,
} from "./x87";

/** Argument registers of an intrinsic. */
function argumentCount(id: i32): u32 {
  if (id <= Intrinsic.x87_rem) return 4;
  if (id == Intrinsic.x87_compare) return 5;
  return id >= Intrinsic.x87_from_f32 && id <= Intrinsic.x87_from_u64 ? 1 : 2;
}

function fromF64(bits: u64): u64 { return fromBinary(bits >> 63 != 0, <i32>(bits >> 52) & 0x7ff, bits & 0xfffffffffffff, 52, 1023); }
function fromF32(bits: u64): u64 { return fromBinary((bits >> 31 & 1) != 0, <i32>(bits >> 23) & 0xff, bits & 0x7fffff, 23, 127); }

/** Runs an intrinsic; none of them fails. */
export function extendedIntrinsic(id: i32, args: u32, result: u32): void {
  const a = load<u64>(args), aWord = load<u64>(args, 16), b = load<u64>(args, 32), bWord = load<u64>(args, 48);
  let v: u64 = 0;
  for (let k: u32 = 0; k < argumentCount(id); k++) v |= load<u64>(args + (k << 4), 8);
  const all: u64 = v ? NONE : 0;
  let s: u64 = 0;
  switch (id) {
    case Intrinsic.x87_add: s = addExtended(a, aWord, b, bWord); break;
    case Intrinsic.x87_sub: s = addExtended(a, aWord, b, negatedUnlessNaN(b, bWord)); break;
    case Intrinsic.x87_mul: s = multiplyExtended(a, aWord, b, bWord); break;
    case Intrinsic.x87_div: s = divideExtended(a, aWord, b, bWord); break;
    case Intrinsic.x87_rem: s = remainderExtended(a, aWord, b, bWord); break;
    case Intrinsic.x87_compare: give(result, (relationExtended(a, aWord, b, bWord) & load<u32>(args, 64)) != 0 ? 1 : 0, all & 1); return;
    case Intrinsic.x87_neg: givePair(result, a, aWord ^ 0x8000, v); return;
    case Intrinsic.x87_abs: givePair(result, a, aWord & 0x7fff, v); return;
    case Intrinsic.x87_sqrt: s = squareRootExtended(a, aWord); break;
    case Intrinsic.x87_floor: s = roundExtended(a, aWord, Rounding.Down); break;
    case Intrinsic.x87_ceil: s = roundExtended(a, aWord, Rounding.Up); break;
    case Intrinsic.x87_trunc: s = roundExtended(a, aWord, Rounding.Zero); break;
    case Intrinsic.x87_rint: s = roundExtended(a, aWord, Rounding.Nearest); break;
    case Intrinsic.x87_from_f32: s = fromF32(a); break;
    case Intrinsic.x87_from_f64: s = fromF64(a); break;
    case Intrinsic.x87_from_i64: s = <i64>a < 0 ? fromMagnitude(<u64>0 - a, 0x8000) : fromMagnitude(a, 0); break;
    case Intrinsic.x87_from_u64: s = fromMagnitude(a, 0); break;
    case Intrinsic.x87_to_f32: give(result, toBinary(a, aWord, 23, 127), all & 0xffffffff); return;
    case Intrinsic.x87_to_f64: give(result, toBinary(a, aWord, 52, 1023), all); return;
    case Intrinsic.x87_to_i64: give(result, toSigned(a, aWord), all); return;
    default: give(result, toUnsigned(a, aWord), all); return;
  }
  givePair(result, s, signExponent, v);
}

/** a − b is a + (−b), but a NaN keeps its sign. */
function negatedUnlessNaN(s: u64, word: u64): u64 {
  return (word & 0x7fff) == 0x7fff && s != 0x8000000000000000 ? word : word ^ 0x8000;
}
