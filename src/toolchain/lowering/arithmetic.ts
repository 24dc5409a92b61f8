/** Binary operations and fneg on integers of up to 64 bits and floats; wider ones are in wide.ts and x87.ts. */
import { FLOAT_OPS, lowerFloatElement } from './floats';
import { Op } from '../../core/kernel/ops';
import type { BinaryInstruction, IntegerBinaryOp, UnaryInstruction, Type } from '../bitcode/module';
import { bitsOf, piecesOf } from './layout';
import type { Register } from './mir';
import { inRegister, negate, type Operand, type Slot } from './operands';
import type { Selector } from './selector';
import { lowerWide } from './wide';

export function lowerArithmetic(selector: Selector, instruction: BinaryInstruction | UnaryInstruction): void {
  const { type } = instruction;
  const element = type.kind === 'vector' ? type.element : type;
  const each = piecesOf(element).length;
  const lists = instruction.operands.map(operand => selector.slots(operand));
  const results: Operand[] = [];
  for (let i = 0; i < lists[0].length; i += each)
    results.push(...lowerElement(selector, instruction, element, lists.map(list => list.slice(i, i + each))));
  selector.define(instruction, results);
}

function lowerElement(selector: Selector, instruction: BinaryInstruction | UnaryInstruction, type: Type, operands: readonly (readonly Slot[])[]): Operand[] {
  const { op } = instruction;
  if (op === 'freeze') return operands[0].map(slot => slot.operand);
  if (op === 'fneg' || FLOAT_OPS.has(op)) return lowerFloatElement(selector, op, type, operands);
  const integerOp = op as IntegerBinaryOp;
  if (operands[0].length === 2) return lowerWide(selector, integerOp, bitsOf(type), operands[0], operands[1]);
  return [integerBinary(selector, integerOp, bitsOf(type), operands[0][0], operands[1][0])];
}

/** The 32-bit register form of each operation; its immediate form and the 64-bit ones follow it. */
const OPCODES: { readonly [O in IntegerBinaryOp]: Op } = {
  add: Op.ADD32, sub: Op.SUB32, mul: Op.MUL32, and: Op.AND32, or: Op.OR32, xor: Op.XOR32, shl: Op.SHL32, lshr: Op.LSHR32, ashr: Op.ASHR32,
  sdiv: Op.SDIV32, udiv: Op.UDIV32, srem: Op.SREM32, urem: Op.UREM32,
};
const COMMUTATIVE: ReadonlySet<IntegerBinaryOp> = new Set<IntegerBinaryOp>(['add', 'mul', 'and', 'or', 'xor']);

/** An operation on two scalars of `width` ≤ 64 bits. */
export function integerBinary(selector: Selector, op: IntegerBinaryOp, width: number, left: Slot, right: Slot): Operand {
  const folded = fold(op, width, left.operand, right.operand);
  if (folded !== null) return folded;
  if (left.operand.kind === 'immediate' && COMMUTATIVE.has(op)) return integerBinary(selector, op, width, right, left);
  const shortcut = simplify(selector, op, width, left, right.operand);
  if (shortcut !== null) return shortcut;
  const bits = width <= 32 ? 32 : 64;
  const signed = op === 'sdiv' || op === 'srem' || op === 'ashr';
  const a = signed ? selector.signExtended(selector.toRegister(left), width, bits) : selector.toRegister(left);
  const opcode = OPCODES[op] + (bits === 64 ? 2 : 0);
  let result: Register;
  if (right.operand.kind === 'immediate') {
    const value = signed && op !== 'ashr' ? BigInt.asIntN(width, right.operand.value) : right.operand.value;
    result = selector.makeImmediate(opcode + 1, a, value, bits);
  } else {
    const b = signed && op !== 'ashr' ? selector.signExtended(selector.toRegister(right), width, bits) : selector.toRegister(right);
    result = selector.make(opcode, { b: a, c: b });
  }
  const clean = width === bits || op === 'and' || op === 'or' || op === 'xor' || op === 'lshr' || op === 'udiv' || op === 'urem';
  return clean ? inRegister(result) : selector.lowBits(result, width);
}

/** Both operands known, where the operation cannot trap. */
function fold(op: IntegerBinaryOp, width: number, left: Operand, right: Operand): Operand | null {
  if (left.kind !== 'immediate' || right.kind !== 'immediate') return null;
  const value = foldNumbers(op, width, left.value, right.value);
  return value === null ? null : { kind: 'immediate', value: BigInt.asUintN(width, value) };
}

function foldNumbers(op: IntegerBinaryOp, width: number, a: bigint, b: bigint): bigint | null {
  switch (op) {
    case 'add': return a + b;
    case 'sub': return a - b;
    case 'mul': return a * b;
    case 'and': return a & b;
    case 'or': return a | b;
    case 'xor': return a ^ b;
    case 'shl': return b < BigInt(width) ? a << b : null;
    case 'lshr': return b < BigInt(width) ? a >> b : null;
    case 'ashr': return b < BigInt(width) ? BigInt.asIntN(width, a) >> b : null;
    default: return null;
  }
}

/** Identities, additions to an address, and "not" of a comparison. */
function simplify(selector: Selector, op: IntegerBinaryOp, width: number, left: Slot, right: Operand): Operand | null {
  if (right.kind !== 'immediate') return null;
  const { operand } = left;
  if (right.value === 0n && (op === 'add' || op === 'sub' || op === 'or' || op === 'xor' || op === 'shl' || op === 'lshr' || op === 'ashr')) return operand;
  if (width === 64 && operand.kind === 'address' && (op === 'add' || op === 'sub')) {
    const step = BigInt.asIntN(64, right.value);
    return { ...operand, displacement: BigInt.asIntN(64, operand.displacement + (op === 'add' ? step : -step)) };
  }
  if (op === 'xor' && width === 1 && operand.kind === 'compare') return selector.compare(negate(operand.test));
  return null;
}
