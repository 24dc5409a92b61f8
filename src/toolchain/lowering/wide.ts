/** Integers of 65 to 128 bits: pairs (low 64 bits, the rest zero-extended). */
import { Intrinsic } from '../../core/intrinsics';
import { Op } from '../../core/kernel/ops';
import type { IntegerBinaryOp } from '../bitcode/module';
import type { Register } from './mir';
import { inRegister, type Operand, type Slot } from './operands';
import type { Selector } from './selector';

/** One operation on two pairs; the result is a pair. */
export function lowerWide(selector: Selector, op: IntegerBinaryOp, width: number, left: readonly Slot[], right: readonly Slot[]): Operand[] {
  const [low, high] = combine(selector, op, width, left, right);
  return [inRegister(low), selector.lowBits(high, width - 64)];
}

function combine(selector: Selector, op: IntegerBinaryOp, width: number, left: readonly Slot[], right: readonly Slot[]): readonly Register[] {
  switch (op) {
    case 'add': case 'sub': return addOrSubtract(selector, op, left, right);
    case 'and': return bitwise(selector, Op.AND64, left, right);
    case 'or': return bitwise(selector, Op.OR64, left, right);
    case 'xor': return bitwise(selector, Op.XOR64, left, right);
    case 'mul': return selector.intrinsic(Intrinsic.i128_mul, operandsOf(left, right), 2);
    case 'udiv': return selector.intrinsic(Intrinsic.i128_udiv, operandsOf(left, right), 2);
    case 'urem': return selector.intrinsic(Intrinsic.i128_urem, operandsOf(left, right), 2);
    case 'sdiv': return selector.intrinsic(Intrinsic.i128_sdiv, [...signed(selector, left, width), ...signed(selector, right, width)], 2);
    case 'srem': return selector.intrinsic(Intrinsic.i128_srem, [...signed(selector, left, width), ...signed(selector, right, width)], 2);
    case 'shl': return selector.intrinsic(Intrinsic.i128_shl, [left[0].operand, left[1].operand, right[0].operand], 2);
    case 'lshr': return selector.intrinsic(Intrinsic.i128_lshr, [left[0].operand, left[1].operand, right[0].operand], 2);
    case 'ashr': return selector.intrinsic(Intrinsic.i128_ashr, [...signed(selector, left, width), right[0].operand], 2);
  }
}

function operandsOf(left: readonly Slot[], right: readonly Slot[]): Operand[] {
  return [...left, ...right].map(slot => slot.operand);
}

/** The pair sign-extended to 128 bits. */
function signed(selector: Selector, slots: readonly Slot[], width: number): Operand[] {
  if (width === 128) return slots.map(slot => slot.operand);
  return [slots[0].operand, inRegister(selector.signExtended(selector.toRegister(slots[1]), width - 64, 64))];
}

function bitwise(selector: Selector, op: Op, left: readonly Slot[], right: readonly Slot[]): Register[] {
  return left.map((slot, i) => selector.make(op, { b: selector.toRegister(slot), c: selector.toRegister(right[i]) }));
}

function addOrSubtract(selector: Selector, op: 'add' | 'sub', left: readonly Slot[], right: readonly Slot[]): Register[] {
  const [aLow, aHigh] = left.map(slot => selector.toRegister(slot)), [bLow, bHigh] = right.map(slot => selector.toRegister(slot));
  const opcode = op === 'add' ? Op.ADD64 : Op.SUB64;
  const low = selector.make(opcode, { b: aLow, c: bLow });
  const carry = op === 'add' ? selector.make(Op.ULT64, { b: low, c: aLow }) : selector.make(Op.ULT64, { b: aLow, c: bLow });
  const high = selector.make(opcode, { b: aHigh, c: bHigh });
  return [low, selector.make(opcode, { b: high, c: carry })];
}
