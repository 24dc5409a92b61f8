/** Calls that the lowering itself makes of the C library (fmod for frem, sin for llvm.sin …). */
import { Op } from '../../core/kernel/ops';
import { argumentSlot } from './mir';
import { inRegister, type Operand, type Slot } from './operands';
import type { Selector } from './selector';

/** Calls a library function by name with scalar arguments; its scalar results in registers. */
export function callLibrary(selector: Selector, name: string, slots: readonly Slot[], results: number): Operand[] {
  const id = selector.image.functionNumber(name);
  if (id === null) selector.refuse(`this operation needs the function \`${name}\`, which the C library of Pagewise does not have`);
  slots.forEach((slot, k) => selector.into(argumentSlot(k), slot.operand));
  const first = selector.newRegister();
  selector.emit(Op.CALL, { a: first, b: slots.length, w2: id });
  const registers = [first];
  for (let n = 1; n < results; n++) registers.push(selector.make(Op.GETRET, { w2: n }));
  return registers.map(inRegister);
}
