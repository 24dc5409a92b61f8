/**
 * Floating point as SSE does it (Intel SDM volume 1, 4.8.3.5 and volume 2): a generated NaN is the negative quiet one, an operand
 * NaN is quieted and propagated, the first operand's before the second's. WebAssembly leaves NaN bits open, so every result
 * that is a NaN is made again here from the operands' bits.
 */
import { FBinary, FUnary } from "../ops";

const QUIET64: u64 = 0x0008000000000000;
const QUIET32: u32 = 0x00400000;
const GENERATED64: u64 = 0xfff8000000000000;
const GENERATED32: u32 = 0xffc00000;
const SIGN64: u64 = 0x8000000000000000;
const SIGN32: u32 = 0x80000000;

// @ts-ignore: decorator
@inline function f64Of(bits: u64): f64 { return reinterpret<f64>(bits); }
// @ts-ignore: decorator
@inline function f32Of(bits: u32): f32 { return reinterpret<f32>(bits); }
// @ts-ignore: decorator
@inline export function isNaN64(bits: u64): bool { return (bits & ~SIGN64) > 0x7ff0000000000000; }
// @ts-ignore: decorator
@inline export function isNaN32(bits: u32): bool { return (bits & ~SIGN32) > 0x7f800000; }

/** The NaN that an operation on a and b gives. */
export function nan64(a: u64, b: u64): u64 {
  return isNaN64(a) ? a | QUIET64 : isNaN64(b) ? b | QUIET64 : GENERATED64;
}
export function nan32(a: u32, b: u32): u32 {
  return isNaN32(a) ? a | QUIET32 : isNaN32(b) ? b | QUIET32 : GENERATED32;
}

/** Result bits of an operation whose computed result is `x`. */
// @ts-ignore: decorator
@inline export function result64(x: f64, a: u64, b: u64): u64 { return x == x ? reinterpret<u64>(x) : nan64(a, b); }
// @ts-ignore: decorator
@inline export function result32(x: f32, a: u32, b: u32): u64 { return x == x ? <u64>reinterpret<u32>(x) : <u64>nan32(a, b); }

/** LLVM's fcmp predicates: bit 3 = true when unordered, bit 2 less, bit 1 greater, bit 0 equal. */
export function compare64(a: u64, b: u64, predicate: u32): u64 {
  const x = f64Of(a), y = f64Of(b);
  const relation: u32 = x < y ? 4 : x > y ? 2 : x == y ? 1 : 8;
  return (predicate & relation) != 0 ? 1 : 0;
}
export function compare32(a: u32, b: u32, predicate: u32): u64 {
  const x = f32Of(a), y = f32Of(b);
  const relation: u32 = x < y ? 4 : x > y ? 2 : x == y ? 1 : 8;
  return (predicate & relation) != 0 ? 1 : 0;
}

/** Half away from zero. */
function roundAway(x: f64): f64 {
  const t = Math.trunc(x);
  return Math.abs(x - t) >= 0.5 ? t + copysign<f64>(1, x) : copysign<f64>(t, x);
}
function roundAway32(x: f32): f32 {
  const t = trunc<f32>(x);
  return abs<f32>(x - t) >= 0.5 ? t + copysign<f32>(1, x) : copysign<f32>(t, x);
}

/** FUnary on f64 bits. */
export function unary64(a: u64, f: u32): u64 {
  if (f == FUnary.ABS) return a & ~SIGN64;
  if (isNaN64(a)) return a | QUIET64;
  const x = f64Of(a);
  let y: f64;
  switch (f) {
    case FUnary.SQRT: y = sqrt<f64>(x); break;
    case FUnary.FLOOR: y = floor<f64>(x); break;
    case FUnary.CEIL: y = ceil<f64>(x); break;
    case FUnary.TRUNC: y = trunc<f64>(x); break;
    case FUnary.RINT: y = nearest<f64>(x); break;
    default: y = roundAway(x);
  }
  return result64(y, a, a);
}

/** FUnary on f32 bits. */
export function unary32(a: u32, f: u32): u64 {
  if (f == FUnary.ABS) return a & ~SIGN32;
  if (isNaN32(a)) return a | QUIET32;
  const x = f32Of(a);
  let y: f32;
  switch (f) {
    case FUnary.SQRT: y = sqrt<f32>(x); break;
    case FUnary.FLOOR: y = floor<f32>(x); break;
    case FUnary.CEIL: y = ceil<f32>(x); break;
    case FUnary.TRUNC: y = trunc<f32>(x); break;
    case FUnary.RINT: y = nearest<f32>(x); break;
    default: y = roundAway32(x);
  }
  return result32(y, a, a);
}

/** FBinary on f64 bits: minimum and maximum as C's fmin and fmax (a NaN operand loses), equal operands give the second. */
export function binary64(a: u64, b: u64, f: u32): u64 {
  if (f == FBinary.COPYSIGN) return a & ~SIGN64 | b & SIGN64;
  if (isNaN64(a)) return isNaN64(b) ? a | QUIET64 : b;
  if (isNaN64(b)) return a;
  const x = f64Of(a), y = f64Of(b);
  return (f == FBinary.MINNUM ? x < y : x > y) ? a : b;
}
export function binary32(a: u32, b: u32, f: u32): u64 {
  if (f == FBinary.COPYSIGN) return a & ~SIGN32 | b & SIGN32;
  if (isNaN32(a)) return isNaN32(b) ? a | QUIET32 : b;
  if (isNaN32(b)) return a;
  const x = f32Of(a), y = f32Of(b);
  return (f == FBinary.MINNUM ? x < y : x > y) ? a : b;
}

/** cvttsd2si with a 32-bit destination. */
export function toI32(x: f64): u64 {
  return x > -2147483649.0 && x < 2147483648.0 ? <u64><u32><i32>x : 0x80000000;
}
/** cvttsd2si with a 64-bit destination. */
export function toI64(x: f64): u64 {
  return x >= -9223372036854775808.0 && x < 9223372036854775808.0 ? <u64><i64>x : SIGN64;
}
/** To unsigned 32 bits as x86-64 compilers do it: the low half of the signed 64-bit conversion. */
export function toU32(x: f64): u64 { return toI64(x) & 0xffffffff; }
/** To unsigned 64 bits as x86-64 compilers do it: two signed conversions, the second 2^63 lower. */
export function toU64(x: f64): u64 {
  const direct = toI64(x);
  return toI64(x - 9223372036854775808.0) & <u64>(<i64>direct >> 63) | direct;
}

/** cvtsd2ss and cvtss2sd: NaNs keep sign and the top of their payload, quieted. */
export function demote(a: u64): u64 {
  if (isNaN64(a)) return <u64>(<u32>(a >> 32) & SIGN32 | 0x7f800000 | QUIET32 | <u32>(a >> 29) & 0x3fffff);
  return <u64>reinterpret<u32>(<f32>f64Of(a));
}
export function promote(a: u32): u64 {
  if (isNaN32(a)) return <u64>(a & SIGN32) << 32 | 0x7ff0000000000000 | QUIET64 | <u64>(a & 0x3fffff) << 29;
  return reinterpret<u64>(<f64>f32Of(a));
}
