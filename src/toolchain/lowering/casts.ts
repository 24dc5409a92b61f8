/** Conversions between types. Zero extension costs nothing: registers hold every integer zero-extended. */
import { Intrinsic } from '../../core/intrinsics';
import { Op } from '../../core/kernel/ops';
import type { CastInstruction, CastOp, Type } from '../bitcode/module';
import { bitsOf, piecesOf } from './layout';
import type { Register } from './mir';
import { immediate, inRegister, type Operand, type Slot } from './operands';
import type { Selector } from './selector';
import { floatToWide, wideToFloat } from './wide-conversions';

export function lowerCast(selector: Selector, instruction: CastInstruction): void {
  const [value] = instruction.operands;
  const from = value.type, to = instruction.type;
  const slots = selector.slots(value);
  if (instruction.op === 'bitcast' && piecesOf(from).length !== piecesOf(to).length) {
    selector.define(instruction, repack(selector, from, to, slots));
    return;
  }
  const keepsBits = instruction.op === 'bitcast' || instruction.op === 'addrspacecast' || instruction.op === 'zext';
  if (keepsBits && piecesOf(from).length === piecesOf(to).length) { selector.defineSlots(instruction, slots); return; }
  const fromElement = elementOf(from), toElement = elementOf(to);
  const each = piecesOf(fromElement).length;
  const results: Slot[] = [];
  for (let i = 0; i < slots.length; i += each)
    results.push(...castElement(selector, instruction.op, fromElement, toElement, slots.slice(i, i + each)));
  selector.defineSlots(instruction, results);
}

function elementOf(type: Type): Type {
  return type.kind === 'vector' ? type.element : type;
}

function asSlots(operands: readonly Operand[]): Slot[] {
  return operands.map(operand => ({ operand }));
}

function castElement(selector: Selector, op: CastOp, from: Type, to: Type, slots: readonly Slot[]): readonly Slot[] {
  switch (op) {
    case 'trunc': return truncate(selector, bitsOf(from), bitsOf(to), slots);
    case 'zext': return extendZero(bitsOf(to), slots);
    case 'sext': return extendSign(selector, bitsOf(from), bitsOf(to), slots);
    case 'ptrtoint': case 'ptrtoaddr': case 'inttoptr': return resize(selector, bitsOf(from), bitsOf(to), slots);
    case 'bitcast': case 'addrspacecast': return slots;
    case 'sitofp': case 'uitofp': return asSlots(integerToFloat(selector, op === 'sitofp', from, to, slots));
    case 'fptosi': case 'fptoui': return asSlots(floatToInteger(selector, op === 'fptosi', from, to, slots));
    case 'fpext': case 'fptrunc': return asSlots(floatToFloat(selector, from, to, slots));
  }
}

function resize(selector: Selector, from: number, to: number, slots: readonly Slot[]): readonly Slot[] {
  return to < from ? truncate(selector, from, to, slots) : extendZero(to, slots);
}

// ---- integers ----

function truncate(selector: Selector, from: number, to: number, slots: readonly Slot[]): readonly Slot[] {
  if (to > 64) return [slots[0], { operand: selector.lowBits(selector.toRegister(slots[1]), to - 64) }];
  const [low] = slots;
  if (to === 64 || (from > 64 && to === 64)) return [low];
  const { operand } = low;
  if (operand.kind === 'immediate') return [{ operand: immediate(operand.value, to) }];
  if (operand.kind === 'undefined') return [{ operand: { kind: 'undefined', bits: to } }];
  if (operand.kind === 'compare') return [low];
  // A raw operand has been zero-extended since when its own width is less: the bits above are not in its register.
  const register = operand.kind === 'raw' && operand.bits >= to ? operand.register : selector.toRegister(low);
  return [{ operand: selector.lowBits(register, to) }];
}

function extendZero(to: number, slots: readonly Slot[]): readonly Slot[] {
  if (to <= 64 || slots.length === 2) return slots;
  return [slots[0], { operand: immediate(0n, 64) }];
}

function extendSign(selector: Selector, from: number, to: number, slots: readonly Slot[]): readonly Slot[] {
  const [low] = slots;
  if (slots.length === 2) return [low, { operand: selector.lowBits(selector.signExtended(selector.toRegister(slots[1]), from - 64, 64), to - 64) }];
  if (to > 64) {
    const wide = selector.signExtended(selector.toRegister(low), from, 64);
    const sign = selector.makeImmediate(Op.ASHR64I, wide, 63n, 64);
    return [{ operand: inRegister(wide) }, { operand: selector.lowBits(sign, to - 64) }];
  }
  const { operand } = low;
  if (operand.kind === 'immediate') return [{ operand: immediate(BigInt.asIntN(from, operand.value), to) }];
  const width = to <= 32 ? 32 : 64;
  // Sign extension looks at the low bits only, so a raw operand need not be cleaned first.
  const register = operand.kind === 'raw' && operand.bits === from ? operand.register : selector.toRegister(low);
  const wide = selector.signExtended(register, from, width);
  return [{ operand: to === width ? inRegister(wide) : selector.lowBits(wide, to) }];
}

// ---- integers and floats ----

/** An integer of at most 64 bits widened to 32 or 64. */
function widened(selector: Selector, signed: boolean, width: number, slot: Slot, to: 32 | 64): Register {
  const register = selector.toRegister(slot);
  return signed ? selector.signExtended(register, width, to) : register;
}

function integerToFloat(selector: Selector, signed: boolean, from: Type, to: Type, slots: readonly Slot[]): Operand[] {
  const width = bitsOf(from);
  if (slots.length === 2) {
    const high: Slot = signed ? { operand: inRegister(selector.signExtended(selector.toRegister(slots[1]), width - 64, 64)) } : slots[1];
    return wideToFloat(selector, signed, to, [slots[0], high]);
  }
  if (to.kind === 'x86_fp80') {
    const wide = widened(selector, signed, width, slots[0], 64);
    return selector.intrinsic(signed ? Intrinsic.x87_from_i64 : Intrinsic.x87_from_u64, [inRegister(wide)], 2).map(inRegister);
  }
  const bits = width <= 32 ? 32 : 64;
  const b = widened(selector, signed, width, slots[0], bits);
  const ops = to.kind === 'double'
    ? [Op.SI32_F64, Op.SI64_F64, Op.UI32_F64, Op.UI64_F64]
    : [Op.SI32_F32, Op.SI64_F32, Op.UI32_F32, Op.UI64_F32];
  return [inRegister(selector.make(ops[(signed ? 0 : 2) + (bits === 64 ? 1 : 0)], { b }))];
}

function floatToInteger(selector: Selector, signed: boolean, from: Type, to: Type, slots: readonly Slot[]): Operand[] {
  const width = bitsOf(to);
  if (width > 64) {
    const [low, high] = floatToWide(selector, from, slots);
    return [inRegister(low), selector.lowBits(high, width - 64)];
  }
  if (from.kind === 'x86_fp80') {
    const id = signed || width < 64 ? Intrinsic.x87_to_i64 : Intrinsic.x87_to_u64;
    const [wide] = selector.intrinsic(id, slots.map(slot => slot.operand), 1);
    return [selector.lowBits(wide, width)];
  }
  const bits = width <= 32 ? 32 : 64;
  const ops = from.kind === 'double'
    ? [Op.F64_SI32, Op.F64_SI64, Op.F64_UI32, Op.F64_UI64]
    : [Op.F32_SI32, Op.F32_SI64, Op.F32_UI32, Op.F32_UI64];
  // Narrow results come from the signed 32-bit conversion, as compilers for x86 do it.
  const asSigned = signed || width < 32;
  const register = selector.make(ops[(asSigned ? 0 : 2) + (bits === 64 ? 1 : 0)], { b: selector.toRegister(slots[0]) });
  return [width === bits ? inRegister(register) : selector.lowBits(register, width)];
}

function floatToFloat(selector: Selector, from: Type, to: Type, slots: readonly Slot[]): Operand[] {
  if (to.kind === 'x86_fp80')
    return selector.intrinsic(from.kind === 'double' ? Intrinsic.x87_from_f64 : Intrinsic.x87_from_f32, [slots[0].operand], 2).map(inRegister);
  if (from.kind === 'x86_fp80')
    return selector.intrinsic(to.kind === 'double' ? Intrinsic.x87_to_f64 : Intrinsic.x87_to_f32, slots.map(slot => slot.operand), 1).map(inRegister);
  if (from.kind === 'float' && to.kind === 'double') return [inRegister(selector.make(Op.F32_F64, { b: selector.toRegister(slots[0]) }))];
  if (from.kind === 'double' && to.kind === 'float') return [inRegister(selector.make(Op.F64_F32, { b: selector.toRegister(slots[0]) }))];
  return selector.refuse(`conversion from ${from.kind} to ${to.kind} is not supported`);
}

// ---- the same bits in other pieces ----

/** A bitcast between types of different scalars: vectors of different elements, or a vector and an integer. */
export function repack(selector: Selector, from: Type, to: Type, slots: readonly Slot[]): Operand[] {
  const sources = piecesOf(from), targets = piecesOf(to);
  const result: Operand[] = [];
  let targetStart = 0;
  for (const target of targets) {
    let whole: Register | null = null;
    let sourceStart = 0;
    sources.forEach((source, i) => {
      const distance = sourceStart - targetStart;
      if (distance < target.bits && distance + source.bits > 0) {
        const part = shifted(selector, selector.toRegister(slots[i]), distance);
        whole = whole === null ? part : selector.make(Op.OR64, { b: whole, c: part });
      }
      sourceStart += source.bits;
    });
    if (whole === null) throw new Error('lowering: a bitcast of different sizes');
    result.push(target.bits === 64 ? inRegister(whole) : inRegister(selector.truncated(whole, target.bits)));
    targetStart += target.bits;
  }
  return result;
}

function shifted(selector: Selector, register: Register, distance: number): Register {
  if (distance === 0) return register;
  return distance > 0
    ? selector.makeImmediate(Op.SHL64I, register, BigInt(distance), 64)
    : selector.makeImmediate(Op.LSHR64I, register, BigInt(-distance), 64);
}
