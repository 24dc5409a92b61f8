/** float, double and x86_fp80 arithmetic. */
import { Intrinsic } from '../../core/intrinsics';
import { Op } from '../../core/kernel/ops';
import type { Type } from '../bitcode/module';
import { callLibrary } from './library-calls';
import { inRegister, type Operand, type Slot } from './operands';
import type { Selector } from './selector';

export const FLOAT_OPS: ReadonlySet<string> = new Set(['fadd', 'fsub', 'fmul', 'fdiv', 'frem']);

/** One element: a scalar, or the pair of an x86_fp80. */
export function lowerFloatElement(selector: Selector, op: string, type: Type, operands: readonly (readonly Slot[])[]): Operand[] {
  if (type.kind === 'x86_fp80') return lowerExtended(selector, op, operands);
  if (type.kind !== 'float' && type.kind !== 'double') selector.refuse(`arithmetic on values of type ${type.kind} is not supported`);
  const wide = type.kind === 'double';
  if (op === 'frem') return callLibrary(selector, wide ? 'fmod' : 'fmodf', operands.flat(), 1);
  const [b, c] = operands.map(([slot]) => selector.toRegister(slot));
  if (op === 'fneg') return [inRegister(selector.make(wide ? Op.FNEG64 : Op.FNEG32, { b }))];
  return [inRegister(selector.make(opcode(op, wide), { b, c }))];
}

function opcode(op: string, wide: boolean): Op {
  switch (op) {
    case 'fadd': return wide ? Op.FADD64 : Op.FADD32;
    case 'fsub': return wide ? Op.FSUB64 : Op.FSUB32;
    case 'fmul': return wide ? Op.FMUL64 : Op.FMUL32;
    case 'fdiv': return wide ? Op.FDIV64 : Op.FDIV32;
    default: throw new Error(`lowering: no float operation ${op}`);
  }
}

const EXTENDED: ReadonlyMap<string, number> = new Map<string, number>([
  ['fadd', Intrinsic.x87_add], ['fsub', Intrinsic.x87_sub], ['fmul', Intrinsic.x87_mul], ['fdiv', Intrinsic.x87_div],
  ['frem', Intrinsic.x87_rem], ['fneg', Intrinsic.x87_neg],
]);

function lowerExtended(selector: Selector, op: string, operands: readonly (readonly Slot[])[]): Operand[] {
  const id = EXTENDED.get(op);
  if (id === undefined) throw new Error(`lowering: no extended operation ${op}`);
  return selector.intrinsic(id, operands.flat().map(slot => slot.operand), 2).map(inRegister);
}
