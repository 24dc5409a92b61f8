/**
 * Floating point of the twin, on bit patterns. Binary32 and binary64 results are those of IEEE 754 with rounding to nearest;
 * NaNs are x86's (Intel SDM volume 1, 4.8.3.5): an operand NaN is passed on, quieted, the first one first; a generated NaN
 * is negative. A double holds any exact sum, product, quotient or root of two floats closely enough that rounding it
 * again to binary32 gives the correctly rounded float.
 */
import { FBinary, FUnary } from '../kernel/ops';

const view = new DataView(new ArrayBuffer(8));

export interface Format {
  readonly value: (bits: bigint) => number;
  readonly bits: (value: number) => bigint;
  readonly round: (value: number) => number;
  readonly quiet: bigint;
  readonly sign: bigint;
  readonly infinity: bigint;
}

export const BINARY64: Format = {
  value: (bits) => { view.setBigUint64(0, bits); return view.getFloat64(0); },
  bits: (value) => { view.setFloat64(0, value); return view.getBigUint64(0); },
  round: (value) => value,
  quiet: 1n << 51n, sign: 1n << 63n, infinity: 0x7ffn << 52n,
};
export const BINARY32: Format = {
  value: (bits) => { view.setUint32(0, Number(bits)); return view.getFloat32(0); },
  bits: (value) => { view.setFloat32(0, value); return BigInt(view.getUint32(0)); },
  round: Math.fround,
  quiet: 1n << 22n, sign: 1n << 31n, infinity: 0xffn << 23n,
};

export function isNaNBits(f: Format, bits: bigint): boolean { return (bits & ~f.sign) > f.infinity; }

function propagated(f: Format, a: bigint, b: bigint): bigint {
  return isNaNBits(f, a) ? a | f.quiet : isNaNBits(f, b) ? b | f.quiet : f.sign | f.infinity | f.quiet;
}

export function arithmetic(f: Format, op: '+' | '-' | '*' | '/', a: bigint, b: bigint): bigint {
  const x = f.value(a), y = f.value(b);
  const result = f.round(op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : x / y);
  return Number.isNaN(result) ? propagated(f, a, b) : f.bits(result);
}

/** LLVM's fcmp predicates: 8 true when unordered, 4 less, 2 greater, 1 equal. */
export function compare(f: Format, a: bigint, b: bigint, predicate: number): bigint {
  const x = f.value(a), y = f.value(b);
  return (predicate & (x < y ? 4 : x > y ? 2 : x === y ? 1 : 8)) !== 0 ? 1n : 0n;
}

/** To the nearest integer, ties to even. */
function roundEven(x: number): number {
  const below = Math.floor(x), rest = x - below;
  const nearest = rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
  return nearest === 0 && (x < 0 || Object.is(x, -0)) ? -0 : nearest;
}

/** To the nearest integer, ties away from zero. */
function roundAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

export function unary(f: Format, bits: bigint, which: number): bigint {
  if (which === Number(FUnary.ABS)) return bits & ~f.sign;
  if (isNaNBits(f, bits)) return bits | f.quiet;
  const x = f.value(bits);
  const compute: Readonly<Record<number, (x: number) => number>> = {
    [FUnary.SQRT]: Math.sqrt, [FUnary.FLOOR]: Math.floor, [FUnary.CEIL]: Math.ceil, [FUnary.TRUNC]: Math.trunc, [FUnary.RINT]: roundEven, [FUnary.ROUND]: roundAway,
  };
  const result = f.round(compute[which]!(x));
  return Number.isNaN(result) ? propagated(f, bits, bits) : f.bits(result);
}

/** copysign; fmin and fmax, where a NaN loses against a number and equal operands give the second. */
export function binary(f: Format, a: bigint, b: bigint, which: number): bigint {
  if (which === Number(FBinary.COPYSIGN)) return a & ~f.sign | b & f.sign;
  if (isNaNBits(f, a)) return isNaNBits(f, b) ? a | f.quiet : b;
  if (isNaNBits(f, b)) return a;
  const x = f.value(a), y = f.value(b);
  return (which === Number(FBinary.MINNUM) ? x < y : x > y) ? a : b;
}

/** Correctly rounded: a double takes integers of up to 53 bits exactly; longer ones are cut to 53 bits, the last one sticky. */
export function fromInteger(f: Format, value: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  let top = magnitude, scale = 1;
  while (f === BINARY32 && top >= 1n << 53n) {
    top = top >> 1n | top & 1n;
    scale *= 2;
  }
  const rounded = f.round(Number(top)) * scale;
  return f.bits(value < 0n ? -rounded : rounded);
}

/** cvttsd2si: truncated; out of range the smallest integer. */
export function toSigned(x: number, width: 32 | 64): bigint {
  const indefinite = 1n << BigInt(width - 1);
  if (!Number.isFinite(x)) return indefinite;
  const whole = BigInt(Math.trunc(x));
  return whole >= -indefinite && whole < indefinite ? BigInt.asUintN(width, whole) : indefinite;
}

/** As x86-64 compilers do it with signed conversions only: 32 bits from the 64-bit one; 64 bits with a second one 2^63 lower. */
export function toUnsigned(x: number, width: 32 | 64): bigint {
  const direct = toSigned(x, 64);
  if (width === 32) return direct & 0xffff_ffffn;
  return direct >> 63n ? direct | toSigned(x - 2 ** 63, 64) : direct;
}

/** cvtsd2ss and cvtss2sd: a NaN keeps its sign and the top of its payload. */
export function demote(bits: bigint): bigint {
  if (!isNaNBits(BINARY64, bits)) return BINARY32.bits(BINARY64.value(bits));
  return (bits & BINARY64.sign) >> 32n | BINARY32.infinity | BINARY32.quiet | bits >> 29n & 0x3fffffn;
}
export function promote(bits: bigint): bigint {
  if (!isNaNBits(BINARY32, bits)) return BINARY64.bits(BINARY32.value(bits));
  return (bits & BINARY32.sign) << 32n | BINARY64.infinity | BINARY64.quiet | (bits & 0x3fffffn) << 29n;
}
