/** Conditions: into a register as 0 or 1, or fused with a branch. */
import { Op } from '../../core/kernel/ops';
import type { MachineBlock, Register } from './mir';
import type { Relation, Test } from './operands';
import { opposite } from './operands';
import type { Selector } from './selector';

/** Positions in the opcode groups EQ32 … and BEQ32 …: four opcodes each. */
const ORDER: { readonly [R in Relation]: number } = { eq: 0, ne: 1, ult: 2, ule: 3, ugt: 4, uge: 5, slt: 6, sle: 7, sgt: 8, sge: 9 };

/** a = test ? 1 : 0 */
export function emitTest(selector: Selector, test: Test, a: Register): void {
  if (test.kind === 'float') { emitFloatTest(selector, test, a); return; }
  const op = Op.EQ32 + 4 * ORDER[test.relation] + (test.bits === 64 ? 2 : 0);
  if (test.right !== null) selector.emit(op, { a, b: test.left, c: test.right });
  else if (test.bits === 64) selector.emit(op + 1, { a, b: test.left, imm: test.value });
  else selector.emit(op + 1, { a, b: test.left, w2: Number(BigInt.asIntN(32, test.value)) });
}

function emitFloatTest(selector: Selector, test: Test & { kind: 'float' }, a: Register): void {
  if (!test.negated) { emitRelation(selector, test, a); return; }
  const raw = selector.newRegister();
  emitRelation(selector, test, raw);
  selector.emit(Op.XOR32I, { a, b: raw, w2: 1 });
}

function emitRelation(selector: Selector, test: Test & { kind: 'float' }, a: Register): void {
  const { relation, left: b, right: c } = test;
  const wide = test.bits === 64;
  switch (relation) {
    case 'eq': selector.emit(wide ? Op.FEQ64 : Op.FEQ32, { a, b, c }); return;
    case 'lt': selector.emit(wide ? Op.FLT64 : Op.FLT32, { a, b, c }); return;
    case 'le': selector.emit(wide ? Op.FLE64 : Op.FLE32, { a, b, c }); return;
    default: selector.emit(wide ? Op.FCMP64 : Op.FCMP32, { a, b, c, w2: relation });
  }
}

/** if (test) go to target */
export function emitBranch(selector: Selector, test: Test, target: MachineBlock): void {
  if (test.kind === 'float') {
    const flag = selector.newRegister();
    emitRelation(selector, test, flag);
    selector.emit(test.negated ? Op.BEQ32I : Op.BNE32I, { b: flag, w2: 0, target });
    return;
  }
  const op = Op.BEQ32 + 4 * ORDER[test.relation] + (test.bits === 64 ? 2 : 0);
  const signed = BigInt.asIntN(test.bits, test.value);
  if (test.right !== null) selector.emit(op, { b: test.left, c: test.right, target });
  else if (test.bits === 64 && signed !== BigInt.asIntN(32, signed))
    selector.emit(op, { b: test.left, c: selector.make(Op.MOVI, { imm: test.value }), target });
  else selector.emit(op + 1, { b: test.left, w2: Number(BigInt.asIntN(32, signed)), target });
}

/** Relations in the order of their opcodes. */
const RELATIONS: readonly Relation[] = ['eq', 'ne', 'ult', 'ule', 'ugt', 'uge', 'slt', 'sle', 'sgt', 'sge'];

/** A compare-and-branch opcode's opposite (BEQ32 and BNE32 …). */
export function oppositeBranch(op: number): number {
  const relation = RELATIONS[(op - Op.BEQ32) >> 2];
  return Op.BEQ32 + 4 * ORDER[opposite(relation)] + ((op - Op.BEQ32) & 3);
}
