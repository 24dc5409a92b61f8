/**
 * llvm.is.fpclass: does a floating-point number belong to any of a set of classes?
 *
 * The classes are ranges of the bit pattern without its sign, in ascending order: zero, subnormal, normal, infinity,
 * signaling NaN, quiet NaN (IEEE 754-2008, section 3.4). The mask has a bit for each class and sign (LLVM language
 * reference, "llvm.is.fpclass").
 */
import { Op } from '../../core/kernel/ops';
import type { CallInstruction } from '../bitcode/module';
import { compareIntegers } from './compare';
import type { Register } from './mir';
import { inRegister, type Relation, type Slot } from './operands';
import type { Selector } from './selector';

interface FloatClass { readonly low: bigint; readonly high: bigint; readonly positive: boolean; readonly negative: boolean }

/** Bits of the mask for each class, positive and negative; NaNs have one for both. */
const MASK_BITS: readonly (readonly [positive: number, negative: number])[] = [[6, 5], [7, 4], [8, 3], [9, 2], [0, 0], [1, 1]];

function classes(mask: number, bits: 32 | 64): FloatClass[] {
  const fraction = bits === 64 ? 52n : 23n;
  const infinity = bits === 64 ? 0x7ff0000000000000n : 0x7f800000n;
  const quiet = infinity | 1n << (fraction - 1n);
  const bounds = [0n, 1n, 1n << fraction, infinity, infinity + 1n, quiet, 1n << BigInt(bits - 1)];
  const list: FloatClass[] = [];
  MASK_BITS.forEach(([positive, negative], k) => {
    const next = { low: bounds[k], high: bounds[k + 1] - 1n, positive: (mask >> positive & 1) === 1, negative: (mask >> negative & 1) === 1 };
    if (!next.positive && !next.negative) return;
    const last = list[list.length - 1];
    if (last !== undefined && last.high + 1n === next.low && last.positive === next.positive && last.negative === next.negative)
      list[list.length - 1] = { ...last, high: next.high };
    else list.push(next);
  });
  return list;
}

export function lowerFloatClass(selector: Selector, call: CallInstruction): void {
  const [value, maskValue] = call.operands;
  const mask = Number(selector.known(maskValue) ?? 0n);
  switch (value.type.kind) {
    case 'double': case 'float': {
      const bits = value.type.kind === 'double' ? 64 : 32;
      selector.define(call, [inRegister(anyRange(selector, bits, selector.register(value), classes(mask, bits)))]);
      return;
    }
    case 'x86_fp80': selector.define(call, [inRegister(extendedClass(selector, mask, selector.slots(value)))]); return;
    default: selector.refuse(`the class of values of type ${value.type.kind} cannot be asked for`);
  }
}

function test(selector: Selector, relation: Relation, bits: number, register: Register, value: bigint): Register {
  return selector.toRegister({ operand: compareIntegers(selector, relation, bits, { operand: inRegister(register) }, { operand: selector.immediateOperand(value, bits) }) });
}

function either(selector: Selector, tests: readonly Register[]): Register {
  if (tests.length === 0) return selector.make(Op.MOVI, { imm: 0n });
  return tests.reduce((a, b) => selector.make(Op.OR32, { b: a, c: b }));
}

/** bits - low ≤ high - low, without the sign where it does not matter. */
function anyRange(selector: Selector, bits: 32 | 64, register: Register, list: readonly FloatClass[]): Register {
  const sign = 1n << BigInt(bits - 1);
  const subtract = bits === 64 ? Op.SUB64I : Op.SUB32I, and = bits === 64 ? Op.AND64I : Op.AND32I;
  let magnitude: Register | null = null;
  return either(selector, list.map(({ low, high, positive, negative }) => {
    let pattern = register, from = low;
    if (positive && negative) pattern = magnitude ??= selector.makeImmediate(and, register, sign - 1n, bits);
    else if (negative) from = low | sign;
    const distance = from === 0n ? pattern : selector.makeImmediate(subtract, pattern, from, bits);
    return test(selector, 'ule', bits, distance, high - low);
  }));
}

/** x86_fp80: the exponent field decides first, then the 64-bit significand. */
function extendedClass(selector: Selector, mask: number, slots: readonly Slot[]): Register {
  const [significand, signExponent] = slots.map(slot => selector.toRegister(slot));
  const exponent = selector.makeImmediate(Op.AND32I, signExponent, 0x7fffn, 32), sign = selector.makeImmediate(Op.LSHR32I, signExponent, 15n, 32);
  const both = (a: Register, b: Register): Register => selector.make(Op.AND32, { b: a, c: b });
  const infinite = 1n << 63n, quiet = 3n << 62n;
  const members = [
    (): Register => both(test(selector, 'eq', 32, exponent, 0n), test(selector, 'eq', 64, significand, 0n)),
    (): Register => both(test(selector, 'eq', 32, exponent, 0n), test(selector, 'ne', 64, significand, 0n)),
    (): Register => test(selector, 'ult', 32, selector.makeImmediate(Op.SUB32I, exponent, 1n, 32), 0x7ffen),
    (): Register => both(test(selector, 'eq', 32, exponent, 0x7fffn), test(selector, 'eq', 64, significand, infinite)),
    (): Register => {
      const notInfinite = both(test(selector, 'ne', 64, significand, infinite), test(selector, 'ult', 64, significand, quiet));
      return both(test(selector, 'eq', 32, exponent, 0x7fffn), notInfinite);
    },
    (): Register => both(test(selector, 'eq', 32, exponent, 0x7fffn), test(selector, 'uge', 64, significand, quiet)),
  ];
  const tests: Register[] = [];
  MASK_BITS.forEach(([positive, negative], k) => {
    const wantsPositive = (mask >> positive & 1) === 1, wantsNegative = (mask >> negative & 1) === 1;
    if (!wantsPositive && !wantsNegative) return;
    const member = members[k]();
    tests.push(wantsPositive && wantsNegative ? member : both(member, test(selector, 'eq', 32, sign, wantsNegative ? 1n : 0n)));
  });
  return either(selector, tests);
}
