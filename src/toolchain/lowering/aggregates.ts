/** First-class structs, arrays and vectors: lists of scalars. */
import { Op } from '../../core/kernel/ops';
import type { ExtractElementInstruction, ExtractValueInstruction, InsertElementInstruction, InsertValueInstruction, ShuffleVectorInstruction, Type } from '../bitcode/module';
import { bitsOf, piecesOf, sizeOf } from './layout';
import { frameAddress, loadValue, storeValue } from './memory';
import type { Register } from './mir';
import type { AddressOperand, Slot } from './operands';
import type { Selector } from './selector';

export function lowerAggregate(selector: Selector, instruction: ExtractValueInstruction | InsertValueInstruction): void {
  const [aggregate] = instruction.operands;
  const { first, type } = locate(aggregate.type, instruction.indices);
  const slots = selector.slots(aggregate);
  const count = piecesOf(type).length;
  if (instruction.op === 'extractvalue') { selector.defineSlots(instruction, slots.slice(first, first + count)); return; }
  const element = selector.slots(instruction.operands[1]);
  selector.defineSlots(instruction, [...slots.slice(0, first), ...element, ...slots.slice(first + count)]);
}

/** Number of the first scalar of a member, and the member's type. */
function locate(aggregate: Type, indices: readonly number[]): { first: number; type: Type } {
  let first = 0, type = aggregate;
  for (const index of indices) {
    if (type.kind === 'struct') {
      for (let i = 0; i < index; i++) first += piecesOf(type.elements[i]).length;
      type = type.elements[index];
    } else if (type.kind === 'array') {
      first += index * piecesOf(type.element).length;
      type = type.element;
    } else throw new Error(`lowering: an index into a value of type ${type.kind}`);
  }
  return { first, type };
}

export function lowerVector(selector: Selector, instruction: ExtractElementInstruction | InsertElementInstruction | ShuffleVectorInstruction): void {
  switch (instruction.op) {
    case 'extractelement': extract(selector, instruction); return;
    case 'insertelement': insert(selector, instruction); return;
    case 'shufflevector': shuffle(selector, instruction); return;
  }
}

function extract(selector: Selector, instruction: ExtractElementInstruction): void {
  const [vector, index] = instruction.operands;
  const each = piecesOf(instruction.type).length;
  const known = selector.known(index);
  const slots = selector.slots(vector);
  if (known !== null) {
    const first = Number(known) * each;
    if (first >= slots.length) { selector.define(instruction, piecesOf(instruction.type).map(piece => ({ kind: 'undefined', bits: piece.bits }))); return; }
    selector.defineSlots(instruction, slots.slice(first, first + each));
    return;
  }
  const at = spill(selector, vector.type, slots);
  selector.define(instruction, loadValue(selector, instruction.type, elementAddress(selector, at, vector.type, selector.register(index))));
}

function insert(selector: Selector, instruction: InsertElementInstruction): void {
  const [vector, element, index] = instruction.operands;
  const each = piecesOf(element.type).length;
  const known = selector.known(index);
  const slots = selector.slots(vector), inserted = selector.slots(element);
  if (known !== null) {
    const first = Number(known) * each;
    selector.defineSlots(instruction, [...slots.slice(0, first), ...inserted, ...slots.slice(first + each)]);
    return;
  }
  const at = spill(selector, vector.type, slots);
  storeValue(selector, element.type, elementAddress(selector, at, vector.type, selector.register(index)), inserted);
  selector.define(instruction, loadValue(selector, vector.type, at));
}

/** A vector whose element is chosen at run time goes through the frame. */
function spill(selector: Selector, type: Type, slots: readonly Slot[]): AddressOperand {
  const at = frameAddress(selector.reserve(sizeOf(type), 16));
  storeValue(selector, type, at, slots);
  return at;
}

function elementAddress(selector: Selector, at: AddressOperand, vector: Type, index: Register): AddressOperand {
  if (vector.kind !== 'vector') throw new Error('lowering: an element of what is no vector');
  const inRange = selector.makeImmediate(Op.UREM64I, index, BigInt(vector.count), 64);
  const base = selector.make(Op.LEAX, { b: at.base, c: inRange, w2: bitsOf(vector.element) / 8, w3: Number(at.displacement) });
  return { kind: 'address', base, displacement: 0n, late: null };
}

function shuffle(selector: Selector, instruction: ShuffleVectorInstruction): void {
  const [left, right, mask] = instruction.operands;
  if (instruction.type.kind !== 'vector') throw new Error('lowering: a shuffle that makes no vector');
  const { element } = instruction.type;
  const each = piecesOf(element).length;
  const all = [...selector.slots(left), ...selector.slots(right)];
  const result: Slot[] = selector.slots(mask).flatMap(({ operand }) => {
    if (operand.kind !== 'immediate') return piecesOf(element).map((piece): Slot => ({ operand: { kind: 'undefined', bits: piece.bits } }));
    const first = Number(operand.value) * each;
    return all.slice(first, first + each);
  });
  selector.defineSlots(instruction, result);
}
