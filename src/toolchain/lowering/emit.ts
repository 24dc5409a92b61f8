/**
 * Emission: machine functions to the 16-byte instructions of an image, with its line table.
 *
 * Control changes code pages (1,024 instructions) only by transfers: a block that reaches the last instruction of a page
 * goes on by an explicit JMP, and a jump table lies in one page. Functions start at multiples of 4 instructions.
 */
import { INSTRUCTION_BYTES } from '../../core/kernel/memory-layout';
import { NO_REGISTER, Op, REG_F, WINDOW_HEADER } from '../../core/kernel/ops';
import { encode, shapeOf, Shape, type Instruction } from '../../core/lir/encoding';
import { roundUp } from './layout';
import { argumentIndex, NONE, type Late, type MachineBlock, type MachineFunction, type MachineInstruction, type SourceLine } from './mir';
import type { Unit } from './unit';

export const PAGE_INSTRUCTIONS = 1024;
export const FUNCTION_ALIGN = 4;

/** A number to add to the imm64 of an instruction when the image is laid out. */
export interface Patch { readonly instruction: number; readonly late: Late; readonly unit: Unit; readonly line: SourceLine | null }

/** Growing code and line table of an image. */
export class CodeBuffer {
  code = new Uint8Array(1 << 16);
  count = 0;
  line = new Uint32Array(1 << 12);
  column = new Uint16Array(1 << 12);
  file = new Uint16Array(1 << 12);
  statement = new Uint8Array(1 << 12);
  readonly patches: Patch[] = [];

  push(instruction: Instruction, line: SourceLine | null, statement: boolean): number {
    if (this.count === this.line.length) this.grow();
    const index = this.count++;
    encode(this.code, index, instruction);
    if (line !== null) {
      this.line[index] = line.line;
      this.column[index] = Math.min(line.column, 0xffff);
      this.file[index] = line.file;
      this.statement[index] = statement ? 1 : 0;
    }
    return index;
  }

  private grow(): void {
    const capacity = 2 * this.line.length;
    const code = new Uint8Array(capacity * INSTRUCTION_BYTES);
    code.set(this.code);
    this.code = code;
    this.line = extended(this.line, new Uint32Array(capacity));
    this.column = extended(this.column, new Uint16Array(capacity));
    this.file = extended(this.file, new Uint16Array(capacity));
    this.statement = extended(this.statement, new Uint8Array(capacity));
  }

  /** Pads with TRAP to a multiple of `align` instructions. */
  align(align: number): void {
    while (this.count % align !== 0) this.push(filler(Op.TRAP), null, false);
  }

  /** Marks the start of a statement. */
  markStatement(index: number): void {
    this.statement[index] = 1;
  }

  /** Sets the branch displacement of an instruction. */
  setDisplacement(index: number, displacement: number): void {
    new DataView(this.code.buffer).setInt32(index * INSTRUCTION_BYTES + 12, displacement, true);
  }

  /** Adds to the imm64 of an instruction. */
  addImmediate(index: number, value: bigint): void {
    const view = new DataView(this.code.buffer), at = index * INSTRUCTION_BYTES + 8;
    view.setBigUint64(at, BigInt.asUintN(64, view.getBigUint64(at, true) + value), true);
  }
}

function extended<T extends Uint32Array | Uint16Array | Uint8Array>(old: T, wider: T): T {
  wider.set(old);
  return wider;
}

function filler(op: Op, displacement = 0): Instruction {
  return { op, a: NO_REGISTER, b: NO_REGISTER, c: NO_REGISTER, w2: 0, w3: displacement };
}

export interface EmittedFunction { readonly first: number; readonly instructionCount: number; readonly frameBytes: number }

/** Appends a function whose registers are window slots. `entryLine` is the line of code before the first located one. */
export function emitFunction(buffer: CodeBuffer, fn: MachineFunction, unit: Unit, windowSlots: number, entryLine: SourceLine | null): EmittedFunction {
  buffer.align(FUNCTION_ALIGN);
  const first = buffer.count;
  const emitter = new Emitter(buffer, fn, unit, windowSlots, entryLine);
  emitter.emit();
  return { first, instructionCount: buffer.count - first, frameBytes: emitter.frameBytes };
}

class Emitter {
  readonly frameBytes: number;
  private readonly branches: { readonly at: number; readonly target: MachineBlock }[] = [];
  private current: SourceLine | null;

  constructor(private readonly buffer: CodeBuffer, private readonly fn: MachineFunction, private readonly unit: Unit, private readonly windowSlots: number, entryLine: SourceLine | null) {
    this.frameBytes = roundUp(fn.localBytes, 16) + fn.outgoingBytes + 16;
    this.current = entryLine;
  }

  emit(): void {
    let previous: SourceLine | null = null;
    for (const block of this.fn.blocks) {
      block.first = -1;
      if (block.instructions.length === 0) continue;
      this.leavePageEnd(block.instructions[0]);
      block.first = this.buffer.count;
      for (const instruction of block.instructions) {
        this.current = instruction.location ?? this.current;
        const statement = this.current !== null && (previous === null || previous.line !== this.current.line || previous.file !== this.current.file);
        previous = this.current;
        this.emitOne(instruction, statement);
      }
    }
    this.resolveBranches();
  }

  /** Goes on at the next page when the next instruction would be the last of this one and does not transfer control itself. */
  private leavePageEnd(next: MachineInstruction): void {
    const { buffer } = this;
    const room = PAGE_INSTRUCTIONS - buffer.count % PAGE_INSTRUCTIONS;
    if (next.op === Op.BRTAB && next.w2 + 2 > room) {
      // The table with the jump after it must lie in one page.
      buffer.push(filler(Op.JMP, room), this.current, false);
      for (let k = 1; k < room; k++) buffer.push(filler(Op.TRAP), null, false);
    } else if (room === 1 && !transfers(next.op)) buffer.push(filler(Op.JMP, 1), this.current, false);
  }

  private emitOne(instruction: MachineInstruction, statement: boolean): void {
    this.leavePageEnd(instruction);
    const index = this.buffer.push(this.finished(instruction), this.current, statement);
    if (instruction.target !== null) this.branches.push({ at: index, target: instruction.target });
    if (instruction.late !== null) this.buffer.patches.push({ instruction: index, late: instruction.late, unit: this.unit, line: this.current });
  }

  /** Slots of arguments, window sizes and displacements from F as they are in the end. */
  private finished(instruction: MachineInstruction): Instruction {
    const { op } = instruction;
    const result: Instruction = { op, a: this.slot(instruction.a), b: this.slot(instruction.b), c: this.slot(instruction.c), w2: instruction.w2, w3: instruction.w3 };
    const top = this.frameBytes - 16;
    switch (shapeOf(op)) {
      case Shape.Call: case Shape.CallIndirect: result.b = instruction.b; result.c = this.windowSlots; break;
      case Shape.Intrinsic: result.c = instruction.c; break;
      case Shape.VariadicSave: result.b = instruction.b; result.c = instruction.c; result.w2 += top; break;
      case Shape.Allocate: result.w2 = this.fn.outgoingBytes; break;
      case Shape.Load: case Shape.Store: case Shape.RegisterImm64: if (instruction.b === REG_F) addWide(result, top); break;
      case Shape.StoreImmediate: if (instruction.b === REG_F) result.w2 += top; break;
      case Shape.IndexedAddress: if (instruction.b === REG_F) result.w3 += top; break;
      case Shape.Jump: result.w2 = 0; break;
      default: break;
    }
    return result;
  }

  private slot(register: number): number {
    if (register === NONE) return NO_REGISTER;
    const argument = argumentIndex(register);
    return argument >= 0 ? this.windowSlots + WINDOW_HEADER + argument : register;
  }

  /** Targets; a target on another line than the branch begins a statement. */
  private resolveBranches(): void {
    const { buffer } = this;
    for (const { at, target } of this.branches) {
      const first = this.firstOf(target);
      buffer.setDisplacement(at, first - at);
      if (buffer.line[first] !== 0 && (buffer.line[first] !== buffer.line[at] || buffer.file[first] !== buffer.file[at])) buffer.markStatement(first);
    }
  }

  /** An empty block is the block after it. */
  private firstOf(target: MachineBlock): number {
    if (target.first >= 0) return target.first;
    const { blocks } = this.fn;
    for (let k = blocks.indexOf(target); k < blocks.length; k++) if (blocks[k].first >= 0) return blocks[k].first;
    throw new Error('lowering: a branch past the end of its function');
  }
}

function addWide(instruction: Instruction, value: number): void {
  const sum = (BigInt(instruction.w3) << 32n | BigInt(instruction.w2 >>> 0)) + BigInt(value);
  instruction.w2 = Number(BigInt.asIntN(32, sum));
  instruction.w3 = Number(BigInt.asIntN(32, sum >> 32n));
}

/** Instructions after which the next one in the image does not simply follow. */
function transfers(op: number): boolean {
  switch (op) {
    case Op.JMP: case Op.IBR: case Op.CALL: case Op.CALLI: case Op.RET: case Op.RETI: case Op.TRAP: case Op.UNREACHABLE: return true;
    default: return false;
  }
}
