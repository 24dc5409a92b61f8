/**
 * What a scalar of a value is known to be while a function is lowered. An operand stays as abstract as possible (a
 * constant, a base and a displacement, a comparison) until an instruction needs it in a register.
 */
import type { Late, Register } from './mir';

/** In a register, zero-extended. */
export interface RegisterOperand { readonly kind: 'register'; readonly register: Register }
/** A known number, zero-extended from its width. */
export interface ImmediateOperand { readonly kind: 'immediate'; readonly value: bigint }
/** base + displacement + late; base may be NONE. */
export interface AddressOperand { readonly kind: 'address'; readonly base: Register; readonly displacement: bigint; readonly late: Late | null }
/** The low `bits` bits of a register; the others are whatever an operation left there. */
export interface RawOperand { readonly kind: 'raw'; readonly register: Register; readonly bits: number }
/** Not evaluated yet: 0 or 1. */
export interface CompareOperand { readonly kind: 'compare'; readonly test: Test }
export interface UndefinedOperand { readonly kind: 'undefined'; readonly bits: number }

export type Operand = RegisterOperand | ImmediateOperand | AddressOperand | RawOperand | CompareOperand | UndefinedOperand;

/** Place of an operand in the table of values: a lazy one is replaced once it has been put in a register. */
export interface Slot { operand: Operand }

export type Relation = 'eq' | 'ne' | 'ult' | 'ule' | 'ugt' | 'uge' | 'slt' | 'sle' | 'sgt' | 'sge';

/**
 * A condition. Integers: `left relation right` on 32- or 64-bit registers. Floats: one of the three ordered relations that LIR has,
 * or any of LLVM's 16 predicates by number (`predicate`), possibly negated.
 */
export type Test =
  | { readonly kind: 'integer'; readonly relation: Relation; readonly bits: 32 | 64; readonly left: Register; readonly right: Register | null; readonly value: bigint }
  | { readonly kind: 'float'; readonly bits: 32 | 64; readonly relation: 'eq' | 'lt' | 'le' | number; readonly left: Register; readonly right: Register; readonly negated: boolean };

const OPPOSITE: { readonly [R in Relation]: Relation } = {
  eq: 'ne', ne: 'eq', ult: 'uge', uge: 'ult', ule: 'ugt', ugt: 'ule', slt: 'sge', sge: 'slt', sle: 'sgt', sgt: 'sle',
};
const MIRRORED: { readonly [R in Relation]: Relation } = {
  eq: 'eq', ne: 'ne', ult: 'ugt', ugt: 'ult', ule: 'uge', uge: 'ule', slt: 'sgt', sgt: 'slt', sle: 'sge', sge: 'sle',
};

/** The relation that holds exactly when this one does not. */
export function opposite(relation: Relation): Relation {
  return OPPOSITE[relation];
}

/** The test that holds exactly when this one does not. */
export function negate(test: Test): Test {
  return test.kind === 'integer' ? { ...test, relation: OPPOSITE[test.relation] } : { ...test, negated: !test.negated };
}

/** The relation with its sides exchanged. */
export function mirror(relation: Relation): Relation {
  return MIRRORED[relation];
}

export function immediate(value: bigint, bits: number): ImmediateOperand {
  return { kind: 'immediate', value: BigInt.asUintN(bits, value) };
}

export function inRegister(register: Register): RegisterOperand {
  return { kind: 'register', register };
}
