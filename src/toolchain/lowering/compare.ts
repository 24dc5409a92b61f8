/** icmp, fcmp, select, and the conditions of branches. */
import { Intrinsic } from '../../core/intrinsics';
import { Op } from '../../core/kernel/ops';
import type { FloatCompareInstruction, FloatPredicate, IntegerCompareInstruction, SelectInstruction, Type, Value } from '../bitcode/module';
import { bitsOf, piecesOf } from './layout';
import type { Register } from './mir';
import { inRegister, mirror, negate, type Operand, type Relation, type Slot, type Test } from './operands';
import type { Selector } from './selector';

/** LLVM's numbers of fcmp predicates. */
const FLOAT_PREDICATES: readonly FloatPredicate[] = ['false', 'oeq', 'ogt', 'oge', 'olt', 'ole', 'one', 'ord', 'uno', 'ueq', 'ugt', 'uge', 'ult', 'ule', 'une', 'true'];

export function lowerCompare(selector: Selector, instruction: IntegerCompareInstruction | FloatCompareInstruction): void {
  const [left, right] = instruction.operands;
  const type = left.type;
  const element = type.kind === 'vector' ? type.element : type;
  const each = piecesOf(element).length;
  const a = selector.slots(left), b = selector.slots(right);
  const results: Operand[] = [];
  for (let i = 0; i < a.length; i += each) {
    const x = a.slice(i, i + each), y = b.slice(i, i + each);
    if (instruction.op === 'fcmp') results.push(compareFloats(selector, element, instruction.predicate, x, y));
    else if (each === 2) results.push(inRegister(compareWide(selector, instruction.predicate, bitsOf(element), x, y)));
    else results.push(compareIntegers(selector, instruction.predicate, bitsOf(element), x[0], y[0]));
  }
  selector.define(instruction, results);
}

// ---- integers ----

/** Compares two scalars of at most 64 bits. */
export function compareIntegers(selector: Selector, relation: Relation, width: number, left: Slot, right: Slot): Operand {
  const a = left.operand, b = right.operand;
  if (a.kind === 'immediate' && b.kind === 'immediate') return selector.immediateOperand(evaluate(relation, a.value, b.value, width) ? 1n : 0n, 1);
  if (a.kind === 'immediate') return compareIntegers(selector, mirror(relation), width, right, left);
  if (a.kind === 'compare' && b.kind === 'immediate') {
    // (x < y) != 0 and the like: the comparison itself, or its opposite.
    if ((relation === 'ne' && b.value === 0n) || (relation === 'eq' && b.value === 1n)) return a;
    if ((relation === 'eq' && b.value === 0n) || (relation === 'ne' && b.value === 1n)) return selector.compare(negate(a.test));
  }
  const signed = relation.startsWith('s') && width !== 32 && width !== 64;
  const bits = width <= 32 ? 32 : 64;
  const extend = (register: Register): Register => (signed ? selector.signExtended(register, width, bits) : register);
  const test: Test = b.kind === 'immediate'
    ? { kind: 'integer', relation, bits, left: extend(selector.toRegister(left)), right: null, value: signed ? BigInt.asIntN(width, b.value) : b.value }
    : { kind: 'integer', relation, bits, left: extend(selector.toRegister(left)), right: extend(selector.toRegister(right)), value: 0n };
  return selector.compare(test);
}

function evaluate(relation: Relation, a: bigint, b: bigint, width: number): boolean {
  const x = relation.startsWith('s') ? BigInt.asIntN(width, a) : a, y = relation.startsWith('s') ? BigInt.asIntN(width, b) : b;
  switch (relation) {
    case 'eq': return x === y;
    case 'ne': return x !== y;
    case 'ult': case 'slt': return x < y;
    case 'ule': case 'sle': return x <= y;
    case 'ugt': case 'sgt': return x > y;
    case 'uge': case 'sge': return x >= y;
  }
}

/** Two-register integers: equal when both halves are; otherwise the high halves decide unless they are equal. */
function compareWide(selector: Selector, relation: Relation, width: number, left: readonly Slot[], right: readonly Slot[]): Register {
  const [aLow, aHigh] = left.map(slot => selector.toRegister(slot)), [bLow, bHigh] = right.map(slot => selector.toRegister(slot));
  if (relation === 'eq' || relation === 'ne') {
    const low = selector.make(Op.XOR64, { b: aLow, c: bLow }), high = selector.make(Op.XOR64, { b: aHigh, c: bHigh });
    const both = selector.make(Op.OR64, { b: low, c: high });
    return selector.make(relation === 'eq' ? Op.EQ64I : Op.NE64I, { b: both, imm: 0n });
  }
  const equal = selector.make(Op.EQ64, { b: aHigh, c: bHigh });
  const strict = (relation[0] + relation[1] + 't') as Relation; // the high halves are unequal where this decides
  const unsigned = ('u' + relation.slice(1)) as Relation;
  const extend = (register: Register): Register => (relation.startsWith('s') ? selector.signExtended(register, width - 64, 64) : register);
  const high = testRegister(selector, strict, extend(aHigh), extend(bHigh)), low = testRegister(selector, unsigned, aLow, bLow);
  return selector.make(Op.SEL, { b: low, c: high, w2: equal });
}

function testRegister(selector: Selector, relation: Relation, left: Register, right: Register): Register {
  return selector.toRegister({ operand: selector.compare({ kind: 'integer', relation, bits: 64, left, right, value: 0n }) });
}

// ---- floats ----

function compareFloats(selector: Selector, type: Type, predicate: FloatPredicate, left: readonly Slot[], right: readonly Slot[]): Operand {
  if (predicate === 'false' || predicate === 'true') return selector.immediateOperand(predicate === 'true' ? 1n : 0n, 1);
  const number = FLOAT_PREDICATES.indexOf(predicate);
  if (type.kind === 'x86_fp80') {
    const operands = [...left, ...right].map(slot => slot.operand);
    const [result] = selector.intrinsic(Intrinsic.x87_compare, [...operands, selector.immediateOperand(BigInt(number), 32)], 1);
    return inRegister(result);
  }
  return selector.compare(floatTest(predicate, number, type.kind === 'double' ? 64 : 32, selector.toRegister(left[0]), selector.toRegister(right[0])));
}

/** Ordered relations directly, unordered ones as the negation of the opposite ordered one. */
function floatTest(predicate: FloatPredicate, number: number, bits: 32 | 64, left: Register, right: Register): Test {
  const test = (relation: 'eq' | 'lt' | 'le' | number, a: Register, b: Register, negated: boolean): Test => ({ kind: 'float', bits, relation, left: a, right: b, negated });
  switch (predicate) {
    case 'oeq': return test('eq', left, right, false);
    case 'une': return test('eq', left, right, true);
    case 'olt': return test('lt', left, right, false);
    case 'uge': return test('lt', left, right, true);
    case 'ole': return test('le', left, right, false);
    case 'ugt': return test('le', left, right, true);
    case 'ogt': return test('lt', right, left, false);
    case 'ule': return test('lt', right, left, true);
    case 'oge': return test('le', right, left, false);
    case 'ult': return test('le', right, left, true);
    default: return test(number, left, right, false);
  }
}

// ---- conditions ----

/** An i1 as the condition of a branch: a test, or its known value. */
export function conditionOf(selector: Selector, value: Value): Test | boolean {
  const slot = selector.slot(value);
  const { operand } = slot;
  if (operand.kind === 'compare') return operand.test;
  if (operand.kind === 'immediate') return operand.value === 1n;
  return { kind: 'integer', relation: 'ne', bits: 32, left: selector.toRegister(slot), right: null, value: 0n };
}

// ---- select ----

export function lowerSelect(selector: Selector, instruction: SelectInstruction): void {
  const [condition, yes, no] = instruction.operands;
  const conditions = selector.slots(condition), a = selector.slots(yes), b = selector.slots(no);
  const perCondition = condition.type.kind === 'vector' ? a.length / conditions.length : a.length;
  selector.define(instruction, a.map((slot, i) => selectOne(selector, conditions[Math.floor(i / perCondition)], slot, b[i])));
}

function selectOne(selector: Selector, condition: Slot, yes: Slot, no: Slot): Operand {
  const { operand } = condition;
  if (operand.kind === 'immediate') return inRegister(selector.toRegister(operand.value === 1n ? yes : no));
  const isBoolean = yes.operand.kind === 'immediate' && no.operand.kind === 'immediate' && no.operand.value === 0n && yes.operand.value === 1n;
  if (isBoolean) return operand;
  return inRegister(selector.make(Op.SEL, { b: selector.toRegister(yes), c: selector.toRegister(no), w2: selector.toRegister(condition) }));
}
