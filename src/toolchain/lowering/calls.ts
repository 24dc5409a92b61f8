/**
 * Calls: direct, indirect, variadic; byval arguments; the machine's intrinsics by name.
 *
 * Arguments go into the callee's slots in order. byval aggregates are copied to the outgoing area at the bottom of the
 * caller's frame, as System V places memory arguments, and passed as an address. A variadic call has a descriptor that
 * tells where System V would put each argument slot (psABI section 3.5.7); memory-class arguments of "…" are stored in
 * the outgoing area too, for va_arg to find.
 */
import { ArgClass, Op, REG_SP } from '../../core/kernel/ops';
import type { CallInstruction, Type, Value } from '../bitcode/module';
import { isAssembly, lowerAssembly } from './assembly';
import { bitsOf, piecesOf, sizeOf, alignOf } from './layout';
import { lowerLlvmIntrinsic } from './llvm-intrinsics';
import { copyBytes } from './memory';
import { argumentSlot, NONE } from './mir';
import { inRegister, type AddressOperand, type Slot } from './operands';
import { repack } from './casts';
import type { Selector } from './selector';
import { Classifier } from './variadic';
import type { Target } from './unit';

export function lowerCall(selector: Selector, call: CallInstruction): void {
  const { callee } = call;
  if (isAssembly(callee)) { lowerAssembly(selector, call, callee); return; }
  if (callee.kind === 'function' && callee.name.startsWith('llvm.')) { lowerLlvmIntrinsic(selector, call, callee.name); return; }
  const target = callee.kind === 'function' || callee.kind === 'alias' ? selector.unit.symbols.resolve(selector.unit, callee) : null;
  if (target?.kind === 'intrinsic') { callIntrinsic(selector, call, target.id); return; }
  if (target?.kind === 'undefined' && callee.kind === 'function') selector.image.undefined(callee.name, selector.place());
  // A pointer is evaluated before the arguments are placed.
  const pointer = target === null || target.kind === 'libraryData' ? selector.register(callee) : NONE;
  const { slots, descriptor } = placeArguments(selector, call);
  slots.forEach((slot, k) => selector.into(argumentSlot(k), slot.operand));
  const results = piecesOf(call.type);
  const used = selector.uses.has(call);
  const first = results.length > 0 && used ? selector.newRegister() : NONE;
  if (pointer !== NONE) selector.emit(Op.CALLI, { a: first, b: slots.length, w2: pointer, w3: descriptor });
  else selector.emit(Op.CALL, { a: first, b: slots.length, w2: functionNumber(selector, target), w3: descriptor });
  if (results.length === 0) return;
  const registers = [first];
  for (let n = 1; n < results.length && used; n++) registers.push(selector.make(Op.GETRET, { w2: n }));
  selector.define(call, registers.map(inRegister));
}

function functionNumber(selector: Selector, target: Target | null): number {
  switch (target?.kind) {
    case 'own': {
      const number = selector.image.numberOf(target);
      if (number === null) return selector.refuse('a variable is called as a function');
      return number;
    }
    case 'libraryFunction': return target.index;
    default: return 0; // undefined: reported already, the image is never used
  }
}

function callIntrinsic(selector: Selector, call: CallInstruction, id: number): void {
  const operands = call.operands.flatMap(value => selector.slots(value)).map(slot => slot.operand);
  const count = piecesOf(call.type).length;
  if (count > 2) selector.refuse('an intrinsic returns more than two scalars');
  const registers = selector.intrinsic(id, operands, count as 0 | 1 | 2);
  if (count > 0) selector.define(call, registers.map(inRegister));
}

// ---- arguments ----

interface Placed { readonly slots: readonly Slot[]; readonly descriptor: number }

export function byvalType(call: CallInstruction, index: number): { type: Type; align: number } | null {
  const attributes = call.attributes?.parameters[index] ?? [];
  const byval = attributes.find(attribute => attribute.name === 'byval');
  if (byval === undefined || byval.type === null) return null;
  const align = attributes.find(attribute => attribute.name === 'align');
  return { type: byval.type, align: align?.value === null || align === undefined ? alignOf(byval.type) : Number(align.value) };
}

/** SP is F unless the frame grows at run time; outgoing arguments always lie at SP. */
function outgoing(offset: number): AddressOperand {
  return { kind: 'address', base: REG_SP, displacement: BigInt(offset), late: null };
}

function placeArguments(selector: Selector, call: CallInstruction): Placed {
  const { varargs, parameters } = call.functionType;
  const classifier = new Classifier();
  const slots: Slot[] = [];
  const classes: ArgClass[] = [];
  call.operands.forEach((value, index) => {
    const byval = byvalType(call, index);
    const named = index < parameters.length;
    if (byval !== null) {
      const sizeBytes = sizeOf(byval.type);
      const to = outgoing(classifier.memory(sizeBytes, byval.align));
      copyBytes(selector, { operand: to }, selector.slot(value), { operand: selector.immediateOperand(BigInt(sizeBytes), 64) }, false);
      slots.push({ operand: to });
      classes.push(ArgClass.MEMORY);
      return;
    }
    const scalars = varargs && !named ? variadicScalars(selector, value) : selector.slots(value);
    const argumentClass = classifier.classify(value.type);
    if (argumentClass === ArgClass.MEMORY) {
      const offset = classifier.memory(sizeOf(value.type), value.type.kind === 'x86_fp80' || piecesOf(value.type).length === 2 ? 16 : 8);
      if (varargs && !named) storeOutgoing(selector, offset, value.type, scalars);
    }
    slots.push(...scalars);
    classes.push(...scalars.map(() => argumentClass));
  });
  if (varargs || call.operands.some((_, index) => byvalType(call, index) !== null)) selector.reserveOutgoing(classifier.memoryBytes);
  return { slots, descriptor: varargs ? selector.image.callDescriptor(classes) : 0 };
}

/** A vector in "…" travels in one floating register: its bits are packed. */
function variadicScalars(selector: Selector, value: Value): readonly Slot[] {
  const slots = selector.slots(value);
  if (value.type.kind !== 'vector') return slots;
  if (bitsOf(value.type) > 64) selector.refuse('a vector of more than 8 bytes is passed to a variadic function');
  return repack(selector, value.type, { kind: 'integer', width: 64 }, slots).map(operand => ({ operand }));
}

function storeOutgoing(selector: Selector, offset: number, type: Type, slots: readonly Slot[]): void {
  if (type.kind === 'x86_fp80') {
    selector.store(64, outgoing(offset), 0, slots[0]);
    selector.store(16, outgoing(offset), 8, slots[1]);
    return;
  }
  slots.forEach((slot, i) => selector.store(64, outgoing(offset), 8 * i, slot));
}
