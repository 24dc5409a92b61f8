/**
 * Conversions between integers of more than 64 bits and floating point.
 *
 * To float and double: the integer's magnitude is shifted left until its highest bit is bit 127; its upper half, with the
 * lowest bit set where the lower half is not zero ("sticky"), rounds as the whole would, because 64 bits are at least
 * two more than the significand holds; a power of two then gives it its size exactly. To x86_fp80: both halves are
 * exact, so their sum is rounded once. From floating point: the upper half is the truncated quotient by 2^64, the lower
 * half the exact rest.
 */
import { Intrinsic } from '../../core/intrinsics';
import { FUnary, Op } from '../../core/kernel/ops';
import type { Type } from '../bitcode/module';
import type { Register } from './mir';
import { immediate, inRegister, type Operand, type Slot } from './operands';
import type { Selector } from './selector';

/** 2^64 and 2^-64 as double, and as (significand, sign and exponent) of an x86_fp80. */
const TWO_64 = 0x43f0000000000000n, TWO_MINUS_64 = 0x3bf0000000000000n;
const EXTENDED_TWO_64: readonly Operand[] = [immediate(1n << 63n, 64), immediate(16383n + 64n, 16)];
const EXTENDED_TWO_MINUS_64: readonly Operand[] = [immediate(1n << 63n, 64), immediate(16383n - 64n, 16)];

/** From a pair, sign-extended to 128 bits where it is signed, to float, double or x86_fp80. */
export function wideToFloat(selector: Selector, signed: boolean, to: Type, slots: readonly Slot[]): Operand[] {
  const [low, high] = slots.map(slot => selector.toRegister(slot));
  if (to.kind === 'x86_fp80') return wideToExtended(selector, signed, low, high);
  if (!signed) return [inRegister(magnitudeToFloat(selector, to.kind === 'double', low, high))];
  const sign = selector.makeImmediate(Op.ASHR64I, high, 63n, 64);
  const [absoluteLow, absoluteHigh] = negateWhere(selector, sign, low, high);
  const magnitude = magnitudeToFloat(selector, to.kind === 'double', absoluteLow, absoluteHigh);
  const negative = selector.make(to.kind === 'double' ? Op.FNEG64 : Op.FNEG32, { b: magnitude });
  return [inRegister(selector.make(Op.SEL, { b: negative, c: magnitude, w2: sign }))];
}

/** The pair, or its negation where `sign` is all ones: (x ^ sign) - sign. */
function negateWhere(selector: Selector, sign: Register, low: Register, high: Register): [Register, Register] {
  const flippedLow = selector.make(Op.XOR64, { b: low, c: sign }), flippedHigh = selector.make(Op.XOR64, { b: high, c: sign });
  const one = selector.makeImmediate(Op.AND64I, sign, 1n, 64);
  const newLow = selector.make(Op.ADD64, { b: flippedLow, c: one });
  const carry = selector.make(Op.ULT64, { b: newLow, c: one });
  return [newLow, selector.make(Op.ADD64, { b: flippedHigh, c: carry })];
}

function magnitudeToFloat(selector: Selector, wide: boolean, low: Register, high: Register): Register {
  const highIsZero = selector.make(Op.EQ64I, { b: high, imm: 0n });
  const zerosInLow = selector.makeImmediate(Op.ADD64I, selector.make(Op.CLZ64, { b: low }), 64n, 64);
  const zeros = selector.make(Op.SEL, { b: zerosInLow, c: selector.make(Op.CLZ64, { b: high }), w2: highIsZero });
  const [rest, top] = selector.intrinsic(Intrinsic.i128_shl, [inRegister(low), inRegister(high), inRegister(zeros)], 2);
  const sticky = selector.make(Op.NE64I, { b: rest, imm: 0n });
  const significant = selector.make(Op.OR64, { b: top, c: sticky });
  const value = selector.make(wide ? Op.UI64_F64 : Op.UI64_F32, { b: significant });
  // The exponent field of 2^(64 - zeros).
  const bias = wide ? 1023n : 127n, fraction = wide ? 52n : 23n;
  const exponent = selector.make(Op.SUB64, { b: selector.make(Op.MOVI, { imm: bias + 64n }), c: zeros });
  const scale = selector.makeImmediate(Op.SHL64I, exponent, fraction, 64);
  return selector.make(wide ? Op.FMUL64 : Op.FMUL32, { b: value, c: scale });
}

function wideToExtended(selector: Selector, signed: boolean, low: Register, high: Register): Operand[] {
  const upper = selector.intrinsic(signed ? Intrinsic.x87_from_i64 : Intrinsic.x87_from_u64, [inRegister(high)], 2).map(inRegister);
  const scaled = selector.intrinsic(Intrinsic.x87_mul, [...upper, ...EXTENDED_TWO_64], 2).map(inRegister);
  const lower = selector.intrinsic(Intrinsic.x87_from_u64, [inRegister(low)], 2).map(inRegister);
  return selector.intrinsic(Intrinsic.x87_add, [...scaled, ...lower], 2).map(inRegister);
}

/** To a pair; a negative number is converted by its magnitude. */
export function floatToWide(selector: Selector, from: Type, slots: readonly Slot[]): [Register, Register] {
  if (from.kind === 'x86_fp80') return extendedToWide(selector, slots);
  const given = selector.toRegister(slots[0]);
  const value = from.kind === 'float' ? selector.make(Op.F32_F64, { b: given }) : given;
  const magnitude = selector.make(Op.FUN64, { b: value, w2: FUnary.ABS });
  const quotient = selector.make(Op.FMUL64, { b: magnitude, c: selector.make(Op.MOVI, { imm: TWO_MINUS_64 }) });
  const high = selector.make(Op.F64_UI64, { b: quotient });
  const taken = selector.make(Op.FMUL64, { b: selector.make(Op.UI64_F64, { b: high }), c: selector.make(Op.MOVI, { imm: TWO_64 }) });
  const low = selector.make(Op.F64_UI64, { b: selector.make(Op.FSUB64, { b: magnitude, c: taken }) });
  return negateWhere(selector, selector.makeImmediate(Op.ASHR64I, value, 63n, 64), low, high);
}

function extendedToWide(selector: Selector, slots: readonly Slot[]): [Register, Register] {
  const [significand, signExponent] = slots.map(slot => selector.toRegister(slot));
  const magnitude: readonly Operand[] = [inRegister(significand), inRegister(selector.makeImmediate(Op.AND32I, signExponent, 0x7fffn, 32))];
  const quotient = selector.intrinsic(Intrinsic.x87_mul, [...magnitude, ...EXTENDED_TWO_MINUS_64], 2).map(inRegister);
  const [high] = selector.intrinsic(Intrinsic.x87_to_u64, quotient, 1);
  const whole = selector.intrinsic(Intrinsic.x87_from_u64, [inRegister(high)], 2).map(inRegister);
  const taken = selector.intrinsic(Intrinsic.x87_mul, [...whole, ...EXTENDED_TWO_64], 2).map(inRegister);
  const rest = selector.intrinsic(Intrinsic.x87_sub, [...magnitude, ...taken], 2).map(inRegister);
  const [low] = selector.intrinsic(Intrinsic.x87_to_u64, rest, 1);
  const sign = selector.makeImmediate(Op.ASHR64I, selector.makeImmediate(Op.SHL64I, signExponent, 48n, 64), 63n, 64);
  return negateWhere(selector, sign, low, high);
}
