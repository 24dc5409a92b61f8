/**
 * Instructions as bytes, and what each instruction reads, writes and where it goes.
 *
 * `shapeOf` is the one place that knows the operand fields of each opcode; the disassembler, liveness and the register
 * allocator ask it. The 16-byte layout is described in src/core/kernel/ops.ts.
 */
import { INSTRUCTION_BYTES } from '../kernel/memory-layout';
import { NO_REGISTER, Op } from '../kernel/ops';

export interface Instruction {
  op: number;
  a: number;
  b: number;
  c: number;
  /** Signed 32 bits each; imm64 = w3:w2. */
  w2: number;
  w3: number;
}

/** Number of instructions in code bytes. */
export function instructionCount(code: Uint8Array): number {
  return code.length / INSTRUCTION_BYTES;
}

export function decode(code: Uint8Array, index: number): Instruction {
  const view = new DataView(code.buffer, code.byteOffset + index * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
  return {
    op: view.getUint16(0, true), a: view.getUint16(2, true), b: view.getUint16(4, true), c: view.getUint16(6, true),
    w2: view.getInt32(8, true), w3: view.getInt32(12, true),
  };
}

export function encode(code: Uint8Array, index: number, instruction: Instruction): void {
  const view = new DataView(code.buffer, code.byteOffset + index * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
  view.setUint16(0, instruction.op, true);
  view.setUint16(2, instruction.a, true);
  view.setUint16(4, instruction.b, true);
  view.setUint16(6, instruction.c, true);
  view.setInt32(8, instruction.w2, true);
  view.setInt32(12, instruction.w3, true);
}

/** w3:w2 as an unsigned 64-bit number. */
export function imm64(instruction: Instruction): bigint {
  return BigInt.asUintN(64, (BigInt(instruction.w3) << 32n) | BigInt(instruction.w2 >>> 0));
}

/** How an opcode uses its fields. */
export const enum Shape {
  /** a = load(b + imm64) */
  Load,
  /** a = load(imm64) */
  LoadAbsolute,
  /** store(b + imm64, a) */
  Store,
  StoreAbsolute,
  /** store(b + w2, w3) */
  StoreImmediate,
  /** a = b + imm64, and 64-bit …I forms */
  RegisterImm64,
  /** a = b + c * w2 + w3 */
  IndexedAddress,
  /** a = imm64 */
  Immediate,
  /** a = b */
  Unary,
  /** a = b, w2 */
  UnaryW2,
  /** a = b, c */
  Binary,
  /** a = b, c, w2 */
  BinaryW2,
  /** if (b, c) go w3 */
  BranchRegisters,
  /** if (b, w2) go w3 */
  BranchImmediate,
  /** go w3 */
  Jump,
  /** b, w2 entries */
  Table,
  /** reads b */
  Reads,
  /** writes a */
  Writes,
  Select,
  Call,
  CallIndirect,
  Return,
  ReturnImmediate,
  /** reads b, w2 */
  ReturnValue,
  /** a = w2 */
  GetResult,
  VariadicSave,
  Allocate,
  Intrinsic,
  Stop,
}

/** True for the 64-bit compare-and-branch and ALU opcodes' immediate forms: they stand at odd distances in groups of four. */
function groupMember(op: number, first: number): number {
  return (op - first) & 3;
}

export function shapeOf(op: number): Shape {
  if (op <= Op.LD64) return Shape.Load;
  if (op <= Op.LDA64) return Shape.LoadAbsolute;
  if (op <= Op.ST64) return Shape.Store;
  if (op <= Op.STA64) return Shape.StoreAbsolute;
  if (op <= Op.STI64) return Shape.StoreImmediate;
  if (op >= Op.ADD32 && op <= Op.UREM64I) return aluShape(groupMember(op, Op.ADD32));
  if (op >= Op.EQ32 && op <= Op.SGE64I) return aluShape(groupMember(op, Op.EQ32));
  if (op >= Op.BEQ32 && op <= Op.BSGE64I) return (op - Op.BEQ32) & 1 ? Shape.BranchImmediate : Shape.BranchRegisters;
  if (op >= Op.SX1_32 && op <= Op.CLZ64) return op === Op.SXN_64 || op === Op.TRN ? Shape.UnaryW2 : Shape.Unary;
  if (op >= Op.FADD64 && op <= Op.F32_F64) return floatShape(op);
  return otherShape(op);
}

function aluShape(member: number): Shape {
  return member === 1 ? Shape.UnaryW2 : member === 3 ? Shape.RegisterImm64 : Shape.Binary;
}

function floatShape(op: number): Shape {
  switch (op) {
    case Op.FCMP64: case Op.FCMP32: case Op.FBIN64: case Op.FBIN32: return Shape.BinaryW2;
    case Op.FUN64: case Op.FUN32: return Shape.UnaryW2;
    case Op.FNEG64: case Op.FNEG32: return Shape.Unary;
    default: return op >= Op.SI32_F64 ? Shape.Unary : Shape.Binary;
  }
}

function otherShape(op: number): Shape {
  switch (op) {
    case Op.LEA: return Shape.RegisterImm64;
    case Op.LEAX: return Shape.IndexedAddress;
    case Op.MOVI: case Op.UNDEF: return Shape.Immediate;
    case Op.MOV: return Shape.Unary;
    case Op.MULHU64: case Op.MULHS64: return Shape.Binary;
    case Op.JMP: return Shape.Jump;
    case Op.BRTAB: return Shape.Table;
    case Op.IBR: case Op.STACKRESTORE: return Shape.Reads;
    case Op.SEL: return Shape.Select;
    case Op.CALL: return Shape.Call;
    case Op.CALLI: return Shape.CallIndirect;
    case Op.RET: return Shape.Return;
    case Op.RETI: return Shape.ReturnImmediate;
    case Op.RETV: return Shape.ReturnValue;
    case Op.GETRET: return Shape.GetResult;
    case Op.VASAVE: return Shape.VariadicSave;
    case Op.CALLERSP: case Op.STACKSAVE: case Op.RETADDR: case Op.FSBASE: return Shape.Writes;
    case Op.DYNALLOCA: return Shape.Allocate;
    case Op.INTRINSIC: return Shape.Intrinsic;
    default: return Shape.Stop;
  }
}

/** The register that the instruction writes (the first of two for two-register intrinsics), or NO_REGISTER. */
export function writtenRegister(instruction: Instruction): number {
  switch (shapeOf(instruction.op)) {
    case Shape.Load: case Shape.LoadAbsolute: case Shape.RegisterImm64: case Shape.IndexedAddress: case Shape.Immediate:
    case Shape.Unary: case Shape.UnaryW2: case Shape.Binary: case Shape.BinaryW2: case Shape.Writes: case Shape.Select:
    case Shape.Call: case Shape.CallIndirect: case Shape.GetResult: case Shape.Allocate: case Shape.Intrinsic:
      return instruction.a;
    default: return NO_REGISTER;
  }
}

/** Calls `visit` for each register that the instruction reads. Arguments of calls are the slots after the window. */
export function forEachRead(instruction: Instruction, visit: (register: number) => void): void {
  const { a, b, c, w2 } = instruction;
  switch (shapeOf(instruction.op)) {
    case Shape.Load: case Shape.StoreImmediate: case Shape.RegisterImm64: case Shape.Unary: case Shape.UnaryW2:
    case Shape.BranchImmediate: case Shape.Table: case Shape.Reads: case Shape.ReturnValue: case Shape.Allocate:
      visit(b); return;
    case Shape.Store: visit(b); visit(a); return;
    case Shape.StoreAbsolute: visit(a); return;
    case Shape.IndexedAddress: case Shape.Binary: case Shape.BinaryW2: case Shape.BranchRegisters: visit(b); visit(c); return;
    case Shape.Select: visit(b); visit(c); visit(w2); return;
    case Shape.Return: if (b !== NO_REGISTER) visit(b); return;
    case Shape.Call: case Shape.CallIndirect:
      if (shapeOf(instruction.op) === Shape.CallIndirect) visit(w2);
      for (let k = 0; k < b; k++) visit(c + 3 + k);
      return;
    case Shape.Intrinsic: for (let k = 0; k < c; k++) visit(b + k); return;
    default: return;
  }
}
