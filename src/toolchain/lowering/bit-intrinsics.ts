/** LLVM intrinsics on integers: counting bits, rotating, overflow, saturation, minimum and maximum. */
import { Op } from '../../core/kernel/ops';
import type { CallInstruction } from '../bitcode/module';
import { integerBinary } from './arithmetic';
import { compareIntegers } from './compare';
import { bitsOf, piecesOf } from './layout';
import type { Register } from './mir';
import { inRegister, type Operand, type Relation, type Slot } from './operands';
import type { Selector } from './selector';

const CHOICE: ReadonlyMap<string, Relation> = new Map<string, Relation>([['smax', 'sgt'], ['smin', 'slt'], ['umax', 'ugt'], ['umin', 'ult']]);

/** Lowers the intrinsic if it is one of this file's; false otherwise. */
export function lowerBitIntrinsic(selector: Selector, call: CallInstruction, base: string): boolean {
  const overflow = /^([su])(add|sub|mul)\.with\.overflow$/.exec(base);
  const saturating = /^([su])(add|sub)\.sat$/.exec(base);
  const known = overflow !== null || saturating !== null || CHOICE.has(base)
    || ['abs', 'ctpop', 'ctlz', 'cttz', 'bswap', 'bitreverse', 'fshl', 'fshr', 'ucmp', 'scmp'].includes(base);
  if (!known) return false;
  const [first] = call.operands;
  const element = first.type.kind === 'vector' ? first.type.element : first.type;
  const width = bitsOf(element);
  if (piecesOf(element).length !== 1) { lowerWidePair(selector, call, base); return true; }
  const lists = call.operands.map(operand => selector.slots(operand));
  if (overflow !== null) {
    const results = lists[0].map((slot, i) => withOverflow(selector, overflow[1] === 's', overflow[2], width, slot, lists[1][i]));
    selector.define(call, [...results.map(([value]) => value), ...results.map(([, flag]) => flag)]);
    return true;
  }
  selector.define(call, lists[0].map((_, i) => {
    const operands = lists.map(list => list[Math.min(i, list.length - 1)]);
    if (saturating !== null) return saturate(selector, saturating[1] === 's', saturating[2], width, operands);
    return one(selector, base, width, bitsOf(call.type.kind === 'vector' ? call.type.element : call.type), operands);
  }));
  return true;
}

function one(selector: Selector, base: string, width: number, resultBits: number, operands: readonly Slot[]): Operand {
  const relation = CHOICE.get(base);
  if (relation !== undefined) return choose(selector, relation, width, operands[0], operands[1]);
  const register = selector.toRegister(operands[0]);
  switch (base) {
    case 'abs': return absolute(selector, width, operands[0]);
    case 'ctpop': return inRegister(selector.make(Op.POPCNT64, { b: register }));
    case 'ctlz': return inRegister(leadingZeros(selector, register, width));
    case 'cttz': return inRegister(trailingZeros(selector, register, width));
    case 'bswap': return inRegister(swapBytes(selector, register, width));
    case 'bitreverse': return inRegister(reverseBits(selector, register, width));
    case 'fshl': case 'fshr': return funnel(selector, base === 'fshl', width, operands);
    default: return threeWay(selector, base === 'scmp', width, operands, resultBits);
  }
}

function choose(selector: Selector, relation: Relation, width: number, left: Slot, right: Slot): Operand {
  const condition = selector.toRegister({ operand: compareIntegers(selector, relation, width, left, right) });
  return inRegister(selector.make(Op.SEL, { b: selector.toRegister(left), c: selector.toRegister(right), w2: condition }));
}

function absolute(selector: Selector, width: number, slot: Slot): Operand {
  const zero: Slot = { operand: selector.immediateOperand(0n, width) };
  const negated: Slot = { operand: integerBinary(selector, 'sub', width, zero, slot) };
  const negative = selector.toRegister({ operand: compareIntegers(selector, 'slt', width, slot, zero) });
  return inRegister(selector.make(Op.SEL, { b: selector.toRegister(negated), c: selector.toRegister(slot), w2: negative }));
}

function threeWay(selector: Selector, signed: boolean, width: number, [left, right]: readonly Slot[], resultBits: number): Operand {
  const greater = selector.toRegister({ operand: compareIntegers(selector, signed ? 'sgt' : 'ugt', width, left, right) });
  const less = selector.toRegister({ operand: compareIntegers(selector, signed ? 'slt' : 'ult', width, left, right) });
  return selector.lowBits(selector.make(Op.SUB64, { b: greater, c: less }), resultBits);
}

// ---- counting ----

function leadingZeros(selector: Selector, register: Register, width: number): Register {
  if (width === 32) return selector.make(Op.CLZ32, { b: register });
  const count = selector.make(Op.CLZ64, { b: register });
  return width === 64 ? count : selector.makeImmediate(Op.SUB64I, count, BigInt(64 - width), 64);
}

function trailingZeros(selector: Selector, register: Register, width: number): Register {
  if (width === 32) return selector.make(Op.CTZ32, { b: register });
  // A bit just above the value stops the count for zero.
  const bounded = width === 64 ? register : selector.makeImmediate(Op.OR64I, register, 1n << BigInt(width), 64);
  return selector.make(Op.CTZ64, { b: bounded });
}

function swapBytes(selector: Selector, register: Register, width: number): Register {
  if (width === 32) return selector.make(Op.BSWAP32, { b: register });
  const swapped = selector.make(Op.BSWAP64, { b: register });
  return width === 64 ? swapped : selector.makeImmediate(Op.LSHR64I, swapped, BigInt(64 - width), 64);
}

/** Neighbouring bits, pairs and nibbles change places, then the bytes. */
function reverseBits(selector: Selector, register: Register, width: number): Register {
  let value = register;
  for (const [mask, shift] of [[0x5555555555555555n, 1n], [0x3333333333333333n, 2n], [0x0f0f0f0f0f0f0f0fn, 4n]] as const) {
    const low = selector.makeImmediate(Op.AND64I, value, mask, 64);
    const high = selector.makeImmediate(Op.AND64I, selector.makeImmediate(Op.LSHR64I, value, shift, 64), mask, 64);
    value = selector.make(Op.OR64, { b: selector.makeImmediate(Op.SHL64I, low, shift, 64), c: high });
  }
  return swapBytes(selector, value, width);
}

// ---- funnel shifts ----

function funnel(selector: Selector, left: boolean, width: number, [high, low, count]: readonly Slot[]): Operand {
  if (width <= 32) return narrowFunnel(selector, left, width, high, low, count);
  if (width !== 64) return selector.refuse(`a funnel shift of ${width} bits is not supported`);
  const { operand } = count;
  if (operand.kind === 'immediate') {
    const distance = operand.value % 64n;
    if (distance === 0n) return (left ? high : low).operand;
    const up = left ? distance : 64n - distance;
    const a = selector.makeImmediate(Op.SHL64I, selector.toRegister(high), up, 64);
    const b = selector.makeImmediate(Op.LSHR64I, selector.toRegister(low), 64n - up, 64);
    return inRegister(selector.make(Op.OR64, { b: a, c: b }));
  }
  // The other side is shifted by one, then by 63 - n, so that n = 0 shifts everything out.
  const n = selector.makeImmediate(Op.AND64I, selector.toRegister(count), 63n, 64);
  const rest = selector.makeImmediate(Op.XOR64I, n, 63n, 64);
  const [main, other] = left ? [high, low] : [low, high];
  const [towards, away] = left ? [Op.SHL64, Op.LSHR64] : [Op.LSHR64, Op.SHL64];
  const kept = selector.make(towards, { b: selector.toRegister(main), c: n });
  const carried = selector.make(away, { b: selector.makeImmediate(away + 1, selector.toRegister(other), 1n, 64), c: rest });
  return inRegister(selector.make(Op.OR64, { b: kept, c: carried }));
}

/** Both halves side by side in one register. */
function narrowFunnel(selector: Selector, left: boolean, width: number, high: Slot, low: Slot, count: Slot): Operand {
  const shiftedHigh = selector.makeImmediate(Op.SHL64I, selector.toRegister(high), BigInt(width), 64);
  const both = selector.make(Op.OR64, { b: shiftedHigh, c: selector.toRegister(low) });
  const { operand } = count;
  const n: Slot = operand.kind === 'immediate'
    ? { operand: selector.immediateOperand(operand.value % BigInt(width), 64) }
    : { operand: inRegister(selector.makeImmediate(Op.UREM64I, selector.toRegister(count), BigInt(width), 64)) };
  const pair: Slot = { operand: inRegister(both) };
  const shifted: Slot = { operand: integerBinary(selector, left ? 'shl' : 'lshr', 64, pair, n) };
  const result = left ? selector.makeImmediate(Op.LSHR64I, selector.toRegister(shifted), BigInt(width), 64) : selector.toRegister(shifted);
  return selector.lowBits(result, width);
}

// ---- overflow ----

/** The value and whether it overflowed. Up to 32 bits: the exact result in 64 bits is compared with the wrapped one. */
function withOverflow(selector: Selector, signed: boolean, op: string, width: number, left: Slot, right: Slot): [Operand, Operand] {
  if (width > 32) return wideOverflow(selector, signed, op, width, left, right);
  const exact = exactResult(selector, signed, op, width, left, right);
  const value = selector.truncated(exact, width);
  const again = signed ? selector.signExtended(value, width, 64) : value;
  return [inRegister(value), inRegister(selector.make(Op.NE64, { b: again, c: exact }))];
}

function exactResult(selector: Selector, signed: boolean, op: string, width: number, left: Slot, right: Slot): Register {
  const extend = (slot: Slot): Register => (signed ? selector.signExtended(selector.toRegister(slot), width, 64) : selector.toRegister(slot));
  const opcode = op === 'add' ? Op.ADD64 : op === 'sub' ? Op.SUB64 : Op.MUL64;
  return selector.make(opcode, { b: extend(left), c: extend(right) });
}

function wideOverflow(selector: Selector, signed: boolean, op: string, width: number, left: Slot, right: Slot): [Operand, Operand] {
  if (width !== 64) selector.refuse(`overflow of ${width}-bit arithmetic is not supported`);
  const a = selector.toRegister(left), b = selector.toRegister(right);
  const flag = (register: Register): Operand => inRegister(register);
  if (op === 'mul') {
    const value = selector.make(Op.MUL64, { b: a, c: b });
    const high = selector.make(signed ? Op.MULHS64 : Op.MULHU64, { b: a, c: b });
    if (!signed) return [inRegister(value), flag(selector.make(Op.NE64I, { b: high, imm: 0n }))];
    const sign = selector.makeImmediate(Op.ASHR64I, value, 63n, 64);
    return [inRegister(value), flag(selector.make(Op.NE64, { b: high, c: sign }))];
  }
  const value = selector.make(op === 'add' ? Op.ADD64 : Op.SUB64, { b: a, c: b });
  if (!signed) return [inRegister(value), flag(op === 'add' ? selector.make(Op.ULT64, { b: value, c: a }) : selector.make(Op.ULT64, { b: a, c: b }))];
  // Signed: the operands agree (add) or differ (sub) in sign, and the result does not agree with the first.
  const first = selector.make(Op.XOR64, { b: a, c: op === 'add' ? value : b });
  const second = selector.make(Op.XOR64, { b: op === 'add' ? b : a, c: value });
  const both = selector.make(Op.AND64, { b: first, c: second });
  return [inRegister(value), flag(selector.make(Op.SLT64I, { b: both, imm: 0n }))];
}

// ---- saturation ----

function saturate(selector: Selector, signed: boolean, op: string, width: number, [left, right]: readonly Slot[]): Operand {
  const [value, overflow] = withOverflow(selector, signed, op, width, left, right);
  const limit = signed ? signedLimit(selector, width, left) : selector.toRegister({ operand: selector.immediateOperand(op === 'add' ? -1n : 0n, width) });
  return inRegister(selector.make(Op.SEL, { b: limit, c: selector.toRegister({ operand: value }), w2: selector.toRegister({ operand: overflow }) }));
}

/** On overflow the result has the sign of the first operand: the greatest or the least number. */
function signedLimit(selector: Selector, width: number, left: Slot): Register {
  const negative = selector.toRegister({ operand: compareIntegers(selector, 'slt', width, left, { operand: selector.immediateOperand(0n, width) }) });
  const greatest = selector.toRegister({ operand: selector.immediateOperand((1n << BigInt(width - 1)) - 1n, width) });
  const least = selector.toRegister({ operand: selector.immediateOperand(1n << BigInt(width - 1), width) });
  return selector.make(Op.SEL, { b: least, c: greatest, w2: negative });
}

// ---- two registers ----

/** The few that C makes of __int128: bit counts and byte order. */
function lowerWidePair(selector: Selector, call: CallInstruction, base: string): void {
  const [low, high] = selector.registers(call.operands[0]);
  const zero: Operand = selector.immediateOperand(0n, 64);
  switch (base) {
    case 'bswap': selector.define(call, [inRegister(selector.make(Op.BSWAP64, { b: high })), inRegister(selector.make(Op.BSWAP64, { b: low }))]); return;
    case 'ctpop': {
      const sum = selector.make(Op.ADD64, { b: selector.make(Op.POPCNT64, { b: low }), c: selector.make(Op.POPCNT64, { b: high }) });
      selector.define(call, [inRegister(sum), zero]);
      return;
    }
    case 'ctlz': case 'cttz': {
      const [near, far] = base === 'ctlz' ? [high, low] : [low, high];
      const count = base === 'ctlz' ? Op.CLZ64 : Op.CTZ64;
      const beyond = selector.makeImmediate(Op.ADD64I, selector.make(count, { b: far }), 64n, 64);
      const isZero = selector.make(Op.EQ64I, { b: near, imm: 0n });
      selector.define(call, [inRegister(selector.make(Op.SEL, { b: beyond, c: selector.make(count, { b: near }), w2: isZero })), zero]);
      return;
    }
    default: selector.refuse(`${base} of 128-bit integers is not supported`);
  }
}
