/**
 * System V's classification of arguments (psABI section 3.2.3, as far as variadic calls need it) and va_list (section
 * 3.5.7): where named arguments end, the register save area, va_start and va_copy. calls.ts classifies its calls with it.
 */
import { ArgClass, Op, REG_F } from '../../core/kernel/ops';
import type { Type } from '../bitcode/module';
import { alignOf, piecesOf, roundUp, sizeOf } from './layout';
import { copyBytes } from './memory';
import type { Register } from './mir';
import { inRegister, type Operand, type Slot } from './operands';
import type { Selector } from './selector';

const GENERAL_REGISTERS = 6;
const FLOAT_REGISTERS = 8;

/** Running state of the System V classification of one call. */
export class Classifier {
  general = 0;
  floating = 0;
  memoryBytes = 0;

  memory(sizeBytes: number, align: number): number {
    const offset = roundUp(this.memoryBytes, Math.max(8, align));
    this.memoryBytes = roundUp(offset + sizeBytes, 8);
    return offset;
  }

  /** Class of an argument of these scalars; a pair of general registers is taken whole or not at all. */
  classify(type: Type): ArgClass {
    const pieces = piecesOf(type);
    if (type.kind === 'x86_fp80') return ArgClass.MEMORY;
    if (pieces.every(piece => piece.float)) {
      const needed = type.kind === 'vector' ? 1 : pieces.length;
      if (this.floating + needed > FLOAT_REGISTERS) return ArgClass.MEMORY;
      this.floating += needed;
      return ArgClass.FP;
    }
    if (this.general + pieces.length > GENERAL_REGISTERS) return ArgClass.MEMORY;
    this.general += pieces.length;
    return ArgClass.GP;
  }
}

const REGISTER_SAVE_BYTES = 8 * GENERAL_REGISTERS + 16 * FLOAT_REGISTERS;

/** What the named parameters of the function being lowered occupy. */
function namedParameters(selector: Selector): Classifier {
  const classifier = new Classifier();
  selector.fn.arguments.forEach((argument, index) => {
    const attributes = selector.fn.attributes?.parameters[index] ?? [];
    const byval = attributes.find(attribute => attribute.name === 'byval');
    if (byval !== undefined && byval.type !== null) {
      const align = attributes.find(attribute => attribute.name === 'align')?.value;
      classifier.memory(sizeOf(byval.type), align === undefined || align === null ? alignOf(byval.type) : Number(align));
    } else if (classifier.classify(argument.type) === ArgClass.MEMORY)
      classifier.memory(sizeOf(argument.type), argument.type.kind === 'x86_fp80' || piecesOf(argument.type).length === 2 ? 16 : 8);
  });
  return classifier;
}

/** VASAVE at the head of a variadic function that calls va_start; the selector remembers the area. */
export function saveVariadicRegisters(selector: Selector): void {
  const named = namedParameters(selector);
  selector.registerSaveArea = selector.reserve(REGISTER_SAVE_BYTES, 16);
  selector.emit(Op.VASAVE, { b: named.general, c: named.floating, w2: selector.registerSaveArea });
}

/** va_start: fills the four fields of a va_list (psABI figure 3.34). */
export function startVariadic(selector: Selector, list: Slot): void {
  const named = namedParameters(selector);
  const at = selector.addressOf(list);
  const number = (value: number): Slot => ({ operand: selector.immediateOperand(BigInt(value), 32) });
  selector.store(32, at, 0, number(8 * named.general));
  selector.store(32, at, 4, number(8 * GENERAL_REGISTERS + 16 * named.floating));
  const callerSp = selector.make(Op.CALLERSP, {});
  const overflow: Operand = { kind: 'address', base: callerSp, displacement: BigInt(named.memoryBytes), late: null };
  selector.store(64, at, 8, { operand: overflow });
  const area: Register = selector.make(Op.LEA, { b: REG_F, imm: BigInt(selector.registerSaveArea) });
  selector.store(64, at, 16, { operand: inRegister(area) });
}

/** va_copy: the 24 bytes of a va_list. */
export function copyVariadic(selector: Selector, to: Slot, from: Slot): void {
  copyBytes(selector, to, from, { operand: selector.immediateOperand(24n, 64) }, false);
}
