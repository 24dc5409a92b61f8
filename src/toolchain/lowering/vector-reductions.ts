/** llvm.vector.reduce.*: one scalar from the elements of a vector, from the first to the last. */
import type { CallInstruction, IntegerBinaryOp } from '../bitcode/module';
import { integerBinary } from './arithmetic';
import { compareIntegers } from './compare';
import { lowerFloatElement } from './floats';
import { bitsOf, piecesOf } from './layout';
import { inRegister, type Operand, type Relation, type Slot } from './operands';
import { Op } from '../../core/kernel/ops';
import type { Selector } from './selector';

const PREFIX = 'vector.reduce.';
const BINARY: ReadonlyMap<string, IntegerBinaryOp> = new Map<string, IntegerBinaryOp>([['add', 'add'], ['mul', 'mul'], ['and', 'and'], ['or', 'or'], ['xor', 'xor']]);
const CHOICE: ReadonlyMap<string, Relation> = new Map<string, Relation>([['smax', 'sgt'], ['smin', 'slt'], ['umax', 'ugt'], ['umin', 'ult']]);

/** Lowers the intrinsic if it is a reduction; false otherwise. */
export function lowerReduction(selector: Selector, call: CallInstruction, base: string): boolean {
  if (!base.startsWith(PREFIX)) return false;
  const operation = base.slice(PREFIX.length);
  const vector = call.operands[call.operands.length - 1];
  if (vector.type.kind !== 'vector') throw new Error('lowering: a reduction of what is no vector');
  const { element } = vector.type;
  if (piecesOf(element).length !== 1) selector.refuse('reductions of vectors of such wide elements are not supported');
  const slots = [...selector.slots(vector)];
  // The floating-point forms begin with a scalar.
  if (operation === 'fadd' || operation === 'fmul') slots.unshift(selector.slot(call.operands[0]));
  const [first, ...rest] = slots;
  const result = rest.reduce((sum, slot): Slot => ({ operand: combine(selector, operation, sum, slot, call) }), first);
  selector.defineSlots(call, [result]);
  return true;
}

function combine(selector: Selector, operation: string, a: Slot, b: Slot, call: CallInstruction): Operand {
  if (operation === 'fadd' || operation === 'fmul') return lowerFloatElement(selector, operation, call.type, [[a], [b]])[0];
  const width = bitsOf(call.type);
  const binary = BINARY.get(operation);
  if (binary !== undefined) return integerBinary(selector, binary, width, a, b);
  const relation = CHOICE.get(operation);
  if (relation === undefined) return selector.refuse(`the reduction ${operation} of a vector is not supported`);
  const keep = selector.toRegister({ operand: compareIntegers(selector, relation, width, a, b) });
  return inRegister(selector.make(Op.SEL, { b: selector.toRegister(a), c: selector.toRegister(b), w2: keep }));
}
