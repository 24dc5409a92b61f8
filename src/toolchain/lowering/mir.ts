/**
 * The form of a function between instruction selection and emission: LIR instructions on virtual registers, in blocks.
 *
 * Registers: NONE; REG_F and REG_SP; parameters from WINDOW_HEADER, each fixed to the slot of its number; further
 * virtual registers above them; argument slots of the next call are negative (`argumentSlot`). A virtual register may
 * be written in several places (phis). Displacements from REG_F count from the top of the locals, hence are negative;
 * emission adds the size of the frame.
 */
import type { Constant } from '../bitcode/module';
import type { Instruction } from '../../core/lir/encoding';
import { forEachRead, shapeOf, Shape, writtenRegister } from '../../core/lir/encoding';
import { NO_REGISTER } from '../../core/kernel/ops';

export type Register = number;
export const NONE: Register = -1;

/** Slot k of the arguments of the next call or intrinsic. */
export function argumentSlot(k: number): Register {
  return -2 - k;
}
/** The k of an argument slot, or -1. */
export function argumentIndex(register: Register): number {
  return register <= -2 ? -2 - register : -1;
}

/** A number that is known once the image is laid out: the value of a constant plus an addend. */
export interface Late { readonly constant: Constant; readonly addend: bigint }

/** w2 of a JMP that belongs to a jump table (its entries, and the jump after it): it must stay where it is. */
export const TABLE_PART = 1;

export interface SourceLine { readonly line: number; readonly column: number; readonly file: number }

export interface MachineInstruction extends Instruction {
  target: MachineBlock | null;
  /** Added to imm64 when the image is laid out. */
  late: Late | null;
  location: SourceLine | null;
}

export class MachineBlock {
  readonly instructions: MachineInstruction[] = [];
  /** Its address is taken: it is never skipped over. */
  addressTaken = false;
  /** Where its indirect branch may go. */
  readonly indirectTargets: MachineBlock[] = [];
  /** Index of its first instruction in the image, once emitted. */
  first = -1;
  /** Numbers of its instructions in the layout order, for live ranges. */
  start = 0;
  end = 0;
}

export interface MachineFunction {
  readonly blocks: MachineBlock[];
  readonly parameterSlots: number;
  /** One more than the highest virtual register. */
  registerCount: number;
  /** Bytes of locals below the saved frame pointer, and of outgoing arguments at the bottom. */
  localBytes: number;
  outgoingBytes: number;
  /** Registers that keep their slot to themselves in the whole function: debuggers look into them. */
  readonly pinned: Set<Register>;
}

/** Registers that an instruction reads: virtual ones, F and SP; argument slots are left out. */
export function forEachVirtualRead(instruction: MachineInstruction, visit: (register: Register) => void): void {
  const shape = shapeOf(instruction.op);
  if (shape === Shape.Call || shape === Shape.Intrinsic) return;
  if (shape === Shape.CallIndirect) { visit(instruction.w2); return; }
  forEachRead(instruction, register => { if (register >= 0) visit(register); });
}

/** The virtual register that an instruction writes, an argument slot, or NONE. */
export function written(instruction: MachineInstruction): Register {
  const register = writtenRegister(instruction);
  return register === NO_REGISTER ? NONE : register;
}

/** Renames the registers that an instruction reads. */
export function renameReads(instruction: MachineInstruction, rename: (register: Register) => Register): void {
  const { op } = instruction;
  const to = (register: Register): Register => (register >= 0 ? rename(register) : register);
  switch (shapeOf(op)) {
    case Shape.Call: case Shape.Intrinsic: return;
    case Shape.CallIndirect: instruction.w2 = to(instruction.w2); return;
    case Shape.Store: instruction.a = to(instruction.a); instruction.b = to(instruction.b); return;
    case Shape.StoreAbsolute: instruction.a = to(instruction.a); return;
    case Shape.IndexedAddress: case Shape.Binary: case Shape.BinaryW2: case Shape.BranchRegisters:
      instruction.b = to(instruction.b); instruction.c = to(instruction.c); return;
    case Shape.Select:
      instruction.b = to(instruction.b); instruction.c = to(instruction.c); instruction.w2 = to(instruction.w2); return;
    case Shape.Load: case Shape.StoreImmediate: case Shape.RegisterImm64: case Shape.Unary: case Shape.UnaryW2:
    case Shape.BranchImmediate: case Shape.Table: case Shape.Reads: case Shape.Return: case Shape.ReturnValue: case Shape.Allocate:
      instruction.b = to(instruction.b); return;
    default: return;
  }
}
