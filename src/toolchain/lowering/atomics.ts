/** Atomic read-modify-write: the simulated processor runs one thread at a time between safe points, so plain loads and stores do. */
import { Op } from '../../core/kernel/ops';
import type { AtomicRmwInstruction, CompareExchangeInstruction, IntegerBinaryOp, RmwOperation } from '../bitcode/module';
import { integerBinary } from './arithmetic';
import { compareIntegers } from './compare';
import { lowerFloatElement } from './floats';
import { bitsOf, piecesOf } from './layout';
import { loadValue, storeValue } from './memory';
import { inRegister, type Relation, type Slot } from './operands';
import type { Selector } from './selector';
import { lowerWide } from './wide';

export function lowerAtomic(selector: Selector, instruction: CompareExchangeInstruction | AtomicRmwInstruction): void {
  if (instruction.op === 'cmpxchg') lowerCompareExchange(selector, instruction);
  else lowerRmw(selector, instruction);
}

/** The memory is written in either case, as LOCK CMPXCHG does: with the new value, or with the old one again. */
function lowerCompareExchange(selector: Selector, instruction: CompareExchangeInstruction): void {
  const [pointer, expected, desired] = instruction.operands;
  if (piecesOf(expected.type).length !== 1) selector.refuse('compare and exchange of more than 8 bytes is not supported');
  const at = selector.address(pointer);
  const [old]: Slot[] = loadValue(selector, expected.type, at).map(operand => ({ operand }));
  const success = selector.toRegister({ operand: compareIntegers(selector, 'eq', bitsOf(expected.type), old, selector.slot(expected)) });
  const value = selector.make(Op.SEL, { b: selector.register(desired), c: selector.toRegister(old), w2: success });
  storeValue(selector, expected.type, at, [{ operand: inRegister(value) }]);
  selector.defineSlots(instruction, [old, { operand: inRegister(success) }]);
}

function lowerRmw(selector: Selector, instruction: AtomicRmwInstruction): void {
  const [pointer, value] = instruction.operands;
  const at = selector.address(pointer);
  const old: Slot[] = loadValue(selector, value.type, at).map(operand => ({ operand }));
  storeValue(selector, value.type, at, updated(selector, instruction, old, selector.slots(value)));
  selector.defineSlots(instruction, old);
}

const BINARY: ReadonlyMap<RmwOperation, IntegerBinaryOp> = new Map<RmwOperation, IntegerBinaryOp>([['add', 'add'], ['sub', 'sub'], ['and', 'and'], ['or', 'or'], ['xor', 'xor']]);
const CHOICE: ReadonlyMap<RmwOperation, Relation> = new Map<RmwOperation, Relation>([['max', 'sgt'], ['min', 'slt'], ['umax', 'ugt'], ['umin', 'ult']]);

function updated(selector: Selector, instruction: AtomicRmwInstruction, old: readonly Slot[], value: readonly Slot[]): readonly Slot[] {
  const { operation, type } = instruction;
  if (operation === 'xchg') return value;
  if (operation === 'fadd' || operation === 'fsub') return lowerFloatElement(selector, operation, type, [old, value]).map(operand => ({ operand }));
  const width = bitsOf(type);
  const binary = BINARY.get(operation);
  if (binary !== undefined)
    return old.length === 2
      ? lowerWide(selector, binary, width, old, value).map(operand => ({ operand }))
      : [{ operand: integerBinary(selector, binary, width, old[0], value[0]) }];
  if (old.length === 2) selector.refuse(`atomic ${operation} of 16 bytes is not supported`);
  const [a] = old, [b] = value;
  if (operation === 'nand') {
    const and: Slot = { operand: integerBinary(selector, 'and', width, a, b) };
    return [{ operand: integerBinary(selector, 'xor', width, and, { operand: selector.immediateOperand(-1n, width) }) }];
  }
  const relation = CHOICE.get(operation);
  if (relation === undefined) return selector.refuse(`atomic ${operation} is not supported`);
  const keep = selector.toRegister({ operand: compareIntegers(selector, relation, width, a, b) });
  return [{ operand: inRegister(selector.make(Op.SEL, { b: selector.toRegister(a), c: selector.toRegister(b), w2: keep })) }];
}
