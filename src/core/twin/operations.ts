/** The twin's instructions from register values to a register value: widths, bits, floating point. */
import type { Instruction } from '../lir/encoding';
import { Op } from '../kernel/ops';
import { BINARY32, BINARY64, arithmetic as floatArithmetic, binary, compare as compareFloats, demote, fromInteger, promote, toSigned, toUnsigned, unary, type Format } from './floats';
import { bitCount, byteSwap, leadingZeros, signExtend, trailingZeros } from './integers';

/** Width changes and bit counting. */
export function changeWidth({ op, w2 }: Instruction, b: bigint): bigint {
  const low = (width: number): bigint => BigInt.asUintN(width, b);
  switch (op) {
    case Op.SX1_32: return signExtend(b, 1, 32);
    case Op.SX8_32: return signExtend(b, 8, 32);
    case Op.SX16_32: return signExtend(b, 16, 32);
    case Op.SX8_64: return signExtend(b, 8, 64);
    case Op.SX16_64: return signExtend(b, 16, 64);
    case Op.SX32_64: return signExtend(b, 32, 64);
    case Op.TR1: return low(1);
    case Op.TR8: return low(8);
    case Op.TR16: return low(16);
    case Op.TR32: return low(32);
    case Op.SXN_64: return signExtend(b, w2, 64);
    case Op.TRN: return low(w2);
    case Op.BSWAP32: return byteSwap(b, 32);
    case Op.BSWAP64: return byteSwap(b, 64);
    case Op.POPCNT64: return bitCount(b);
    case Op.CTZ32: return trailingZeros(b, 32);
    case Op.CTZ64: return trailingZeros(b, 64);
    case Op.CLZ32: return leadingZeros(low(32), 32);
    default: return leadingZeros(b, 64);
  }
}

/** FADD64 … F32_F64 on the values of registers b and c. */
export function floatInstruction(i: Instruction, b: bigint, c: bigint): bigint {
  const b32 = b & 0xffff_ffffn, c32 = c & 0xffff_ffffn;
  const compute = (f: Format, op: '+' | '-' | '*' | '/'): bigint => (f === BINARY64 ? floatArithmetic(f, op, b, c) : floatArithmetic(f, op, b32, c32));
  const isOneOf = (f: Format, predicate: number): bigint => (f === BINARY64 ? compareFloats(f, b, c, predicate) : compareFloats(f, b32, c32, predicate));
  switch (i.op) {
    case Op.FADD64: return compute(BINARY64, '+');
    case Op.FSUB64: return compute(BINARY64, '-');
    case Op.FMUL64: return compute(BINARY64, '*');
    case Op.FDIV64: return compute(BINARY64, '/');
    case Op.FADD32: return compute(BINARY32, '+');
    case Op.FSUB32: return compute(BINARY32, '-');
    case Op.FMUL32: return compute(BINARY32, '*');
    case Op.FDIV32: return compute(BINARY32, '/');
    case Op.FNEG64: return b ^ BINARY64.sign;
    case Op.FNEG32: return b32 ^ BINARY32.sign;
    case Op.FEQ64: return isOneOf(BINARY64, 1);
    case Op.FLT64: return isOneOf(BINARY64, 4);
    case Op.FLE64: return isOneOf(BINARY64, 5);
    case Op.FEQ32: return isOneOf(BINARY32, 1);
    case Op.FLT32: return isOneOf(BINARY32, 4);
    case Op.FLE32: return isOneOf(BINARY32, 5);
    case Op.FCMP64: return isOneOf(BINARY64, i.w2);
    case Op.FCMP32: return isOneOf(BINARY32, i.w2);
    case Op.FUN64: return unary(BINARY64, b, i.w2);
    case Op.FUN32: return unary(BINARY32, b32, i.w2);
    case Op.FBIN64: return binary(BINARY64, b, c, i.w2);
    case Op.FBIN32: return binary(BINARY32, b32, c32, i.w2);
    default: return convert(i.op, b);
  }
}

function convert(op: number, b: bigint): bigint {
  const b32 = b & 0xffff_ffffn, from64 = (): number => BINARY64.value(b), from32 = (): number => BINARY32.value(b32);
  switch (op) {
    case Op.SI32_F64: return fromInteger(BINARY64, BigInt.asIntN(32, b));
    case Op.SI64_F64: return fromInteger(BINARY64, BigInt.asIntN(64, b));
    case Op.UI32_F64: return fromInteger(BINARY64, b32);
    case Op.UI64_F64: return fromInteger(BINARY64, b);
    case Op.SI32_F32: return fromInteger(BINARY32, BigInt.asIntN(32, b));
    case Op.SI64_F32: return fromInteger(BINARY32, BigInt.asIntN(64, b));
    case Op.UI32_F32: return fromInteger(BINARY32, b32);
    case Op.UI64_F32: return fromInteger(BINARY32, b);
    case Op.F64_SI32: return toSigned(from64(), 32);
    case Op.F64_SI64: return toSigned(from64(), 64);
    case Op.F64_UI32: return toUnsigned(from64(), 32);
    case Op.F64_UI64: return toUnsigned(from64(), 64);
    case Op.F32_SI32: return toSigned(from32(), 32);
    case Op.F32_SI64: return toSigned(from32(), 64);
    case Op.F32_UI32: return toUnsigned(from32(), 32);
    case Op.F32_UI64: return toUnsigned(from32(), 64);
    case Op.F64_F32: return demote(b);
    default: return promote(b32);
  }
}
