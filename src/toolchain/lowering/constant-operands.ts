/** Constants as operands of instructions: numbers where they are known now, late addresses otherwise. */
import type { Constant, GetElementPtrExpression, Type } from '../bitcode/module';
import { Refusal } from './errors';
import { bitsOf, piecesOf, sizeOf, structLayout } from './layout';
import { NONE } from './mir';
import { immediate, type AddressOperand, type Operand, type Slot } from './operands';
import type { Unit } from './unit';

/** One slot for each scalar of the constant. */
export function constantSlots(constant: Constant, unit: Unit): Slot[] {
  return constantOperands(constant, unit).map(operand => ({ operand }));
}

function constantOperands(constant: Constant, unit: Unit): Operand[] {
  const pieces = piecesOf(constant.type);
  switch (constant.kind) {
    case 'zero': return pieces.map(piece => immediate(0n, piece.bits));
    case 'undef': case 'poison': return pieces.map(piece => ({ kind: 'undefined', bits: piece.bits }));
    case 'integer': return splat(constant.type, constant.value);
    case 'float': return splat(constant.type, constant.bits);
    case 'aggregate': return constant.operands.flatMap(operand => constantOperands(operand, unit));
    case 'data': return dataOperands(constant.bytes, constant.elementBytes);
    case 'expression':
      if (constant.op === 'getelementptr') return [constantAddress(constant, unit)];
      if (isPointerCast(constant.op) && bitsOf(constant.type) === 64) return constantOperands(constant.operands[0], unit);
      return [late(constant, pieces.length)];
    case 'asm': throw new Refusal('inline assembly is used as a value');
    default: return [late(constant, pieces.length)];
  }
}

function isPointerCast(op: string): boolean {
  return op === 'ptrtoint' || op === 'inttoptr' || op === 'bitcast' || op === 'addrspacecast' || op === 'ptrtoaddr';
}

function late(constant: Constant, scalars: number): AddressOperand {
  if (scalars !== 1) throw new Refusal('a constant expression of a vector or aggregate type is not supported');
  return { kind: 'address', base: NONE, displacement: 0n, late: { constant, addend: 0n } };
}

/** A scalar, or the same for each element of a vector. */
function splat(type: Type, value: bigint): Operand[] {
  const element = type.kind === 'vector' ? type.element : type;
  let shift = 0n;
  const scalar = piecesOf(element).map(piece => {
    const operand = immediate(value >> shift, piece.bits);
    shift += BigInt(piece.bits);
    return operand;
  });
  return type.kind === 'vector' ? Array.from({ length: type.count }, () => scalar).flat() : scalar;
}

function dataOperands(bytes: Uint8Array, elementBytes: number): Operand[] {
  const operands: Operand[] = [];
  for (let at = 0; at < bytes.length; at += elementBytes) {
    let value = 0n;
    for (let i = elementBytes - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[at + i]);
    operands.push(immediate(value, 8 * elementBytes));
  }
  return operands;
}

function constantAddress(gep: GetElementPtrExpression, unit: Unit): Operand {
  const [base] = constantOperands(gep.operands[0], unit);
  const offset = constantOffset(gep);
  switch (base.kind) {
    case 'address': return { ...base, displacement: base.displacement + offset };
    case 'immediate': return immediate(base.value + offset, 64);
    default: return base;
  }
}

/** Byte offset of a getelementptr whose indices are all integer constants. */
export function constantOffset(gep: GetElementPtrExpression): bigint {
  let offset = 0n, type: Type = gep.source;
  gep.operands.slice(1).forEach((index, k) => {
    if (index.kind !== 'integer') throw new Refusal('a constant address with an index that is not a number');
    const step = indexStep(type, index.value, k === 0);
    offset += step.offset;
    type = step.type;
  });
  return offset;
}

/** One step of a getelementptr by a known index: bytes, and the type stepped into. */
export function indexStep(type: Type, index: bigint, first: boolean): { offset: bigint; type: Type } {
  if (first) return { offset: index * BigInt(sizeOf(type)), type };
  switch (type.kind) {
    case 'struct': return { offset: BigInt(structLayout(type).offsets[Number(index)]), type: type.elements[Number(index)] };
    case 'array': return { offset: index * BigInt(sizeOf(type.element)), type: type.element };
    case 'vector': return { offset: index * BigInt(bitsOf(type.element) / 8), type: type.element };
    default: throw new Refusal(`an address steps into a value of type ${type.kind}`);
  }
}
