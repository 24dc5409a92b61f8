/**
 * Instruction selection for one function: the state that all lowering functions share, and the primitives by which they
 * read values and append instructions.
 *
 * Values are lowered in reverse postorder of the blocks (definitions before uses, phis aside); blocks keep the order of
 * the bitcode in the image. A value is a list of slots, one for each scalar of its type (layout.ts).
 */
import { Op, REG_F, WINDOW_HEADER } from '../../core/kernel/ops';
import type { Argument, FunctionValue, Instruction, Value } from '../bitcode/module';
import { constantSlots } from './constant-operands';
import { Refusal, type Place } from './errors';
import type { ImageBuilder } from './image-builder';
import { piecesOf, roundUp } from './layout';
import { argumentSlot, MachineBlock, NONE, type Late, type MachineFunction, type MachineInstruction, type Register, type SourceLine } from './mir';
import { immediate, inRegister, type AddressOperand, type Operand, type Slot, type Test } from './operands';
import { emitTest } from './tests';
import type { Unit } from './unit';
import { findUses, type Uses } from './uses';

interface Fields { a?: number; b?: number; c?: number; w2?: number; w3?: number; imm?: bigint; target?: MachineBlock; late?: Late | null }

export class Selector {
  readonly uses: Uses;
  readonly machine: MachineFunction;
  block: MachineBlock = new MachineBlock();
  location: SourceLine | null = null;
  /** Of each constant alloca: displacement from the top of the locals (negative). */
  readonly frameOffsets = new Map<Instruction, number>();
  /** Register save area of a variadic function: displacement from the top of the locals, or 0 before one is needed. */
  registerSaveArea = 0;
  private readonly values = new Map<Value, Slot[]>();

  constructor(readonly image: ImageBuilder, readonly unit: Unit, readonly fn: FunctionValue) {
    this.uses = findUses(fn);
    let slot = WINDOW_HEADER;
    for (const argument of fn.arguments)
      this.values.set(argument, piecesOf(argument.type).map(() => ({ operand: inRegister(slot++) })));
    this.machine = { blocks: [], parameterSlots: slot - WINDOW_HEADER, registerCount: slot, localBytes: 0, outgoingBytes: 0, pinned: new Set() };
  }

  // ---- places ----

  place(): Place {
    return this.image.debug.placeOf(this.location);
  }

  refuse(message: string): never {
    throw new Refusal(message, this.place());
  }

  // ---- frame ----

  /** Room in the frame; displacement from the top of the locals, for use with REG_F. */
  reserve(sizeBytes: number, align: number): number {
    this.machine.localBytes = roundUp(this.machine.localBytes + sizeBytes, align);
    return -this.machine.localBytes;
  }

  /** Keeps room for outgoing arguments at the bottom of the frame. */
  reserveOutgoing(sizeBytes: number): void {
    this.machine.outgoingBytes = Math.max(this.machine.outgoingBytes, roundUp(sizeBytes, 16));
  }

  // ---- emission ----

  newRegister(): Register {
    return this.machine.registerCount++;
  }

  emit(op: Op, fields: Fields): MachineInstruction {
    const { a = NONE, b = NONE, c = NONE, w2 = 0, w3 = 0, imm, target = null, late = null } = fields;
    const instruction: MachineInstruction = { op, a, b, c, w2, w3, target, late, location: this.location };
    if (imm !== undefined) {
      instruction.w2 = Number(BigInt.asIntN(32, imm));
      instruction.w3 = Number(BigInt.asIntN(32, imm >> 32n));
    }
    this.block.instructions.push(instruction);
    return instruction;
  }

  /** Emits an instruction that writes a new register, and returns it. */
  make(op: Op, fields: Fields): Register {
    const a = this.newRegister();
    this.emit(op, { ...fields, a });
    return a;
  }

  /** a = b ⊕ imm, with the …I opcode of either width. */
  makeImmediate(op: Op, b: Register, value: bigint, bits: 32 | 64): Register {
    return bits === 64 ? this.make(op, { b, imm: value }) : this.make(op, { b, w2: Number(BigInt.asIntN(32, value)) });
  }

  // ---- values ----

  /** Slots of a value: one for each scalar. */
  slots(value: Value): readonly Slot[] {
    if (value.kind === 'instruction' || value.kind === 'argument') {
      const slots = this.values.get(value);
      if (slots === undefined) throw new Error(`lowering: value used before its definition in ${this.fn.name}`);
      return slots;
    }
    if (value.kind === 'metadata') this.refuse('metadata is used as a value');
    return constantSlots(value, this.unit);
  }

  /** The only slot of a scalar value. */
  slot(value: Value): Slot {
    const slots = this.slots(value);
    if (slots.length !== 1) throw new Error(`lowering: ${slots.length} scalars where one is expected in ${this.fn.name}`);
    return slots[0];
  }

  operand(value: Value): Operand {
    return this.slot(value).operand;
  }

  define(value: Instruction | Argument, operands: readonly Operand[]): void {
    this.values.set(value, operands.map(operand => ({ operand })));
  }

  defineSlots(value: Instruction, slots: readonly Slot[]): void {
    this.values.set(value, [...slots]);
  }

  defineRegister(value: Instruction, register: Register): void {
    this.define(value, [inRegister(register)]);
  }

  /** The known number of a scalar value, zero-extended; null if it is not one. */
  known(value: Value): bigint | null {
    const { operand } = this.slot(value);
    return operand.kind === 'immediate' ? operand.value : null;
  }

  // ---- operands to registers ----

  /** The operand in a register; a lazy operand is evaluated here and stays in that register. */
  toRegister(slot: Slot): Register {
    const { operand } = slot;
    if (operand.kind === 'register') return operand.register;
    const register = this.newRegister();
    this.into(register, operand);
    if (operand.kind === 'raw' || operand.kind === 'compare') slot.operand = inRegister(register);
    return register;
  }

  register(value: Value): Register {
    return this.toRegister(this.slot(value));
  }

  registers(value: Value): Register[] {
    return this.slots(value).map(slot => this.toRegister(slot));
  }

  /** Writes an operand into a given register or argument slot. */
  into(a: Register, operand: Operand): void {
    switch (operand.kind) {
      case 'register': this.emit(Op.MOV, { a, b: operand.register }); return;
      case 'immediate': this.emit(Op.MOVI, { a, imm: operand.value }); return;
      case 'address':
        if (operand.base === NONE) this.emit(Op.MOVI, { a, imm: operand.displacement, late: operand.late });
        else if (operand.displacement === 0n && operand.late === null && operand.base !== REG_F) this.emit(Op.MOV, { a, b: operand.base });
        else this.emit(Op.LEA, { a, b: operand.base, imm: operand.displacement, late: operand.late });
        return;
      case 'raw': this.truncateInto(a, operand.register, operand.bits); return;
      case 'compare': emitTest(this, operand.test, a); return;
      case 'undefined': this.emit(Op.UNDEF, { a, imm: (1n << BigInt(operand.bits)) - 1n }); return;
    }
  }

  /** Evaluates lazy slots now, for values that are used in other blocks. */
  settle(value: Instruction): void {
    for (const slot of this.values.get(value) ?? [])
      if (slot.operand.kind === 'raw' || slot.operand.kind === 'compare') this.toRegister(slot);
  }

  private truncateInto(a: Register, b: Register, bits: number): void {
    switch (bits) {
      case 1: this.emit(Op.TR1, { a, b }); return;
      case 8: this.emit(Op.TR8, { a, b }); return;
      case 16: this.emit(Op.TR16, { a, b }); return;
      case 32: this.emit(Op.TR32, { a, b }); return;
      case 64: this.emit(Op.MOV, { a, b }); return;
      default: this.emit(Op.TRN, { a, b, w2: bits });
    }
  }

  /** The low `bits` bits of a register, as a lazy operand. */
  lowBits(register: Register, bits: number): Operand {
    return bits === 64 ? inRegister(register) : { kind: 'raw', register, bits };
  }

  /** The low bits in a register of their own. */
  truncated(register: Register, bits: number): Register {
    return this.toRegister({ operand: this.lowBits(register, bits) });
  }

  /** Sign-extends the low `from` bits to 32 or 64 (the result zero-extended to 64). */
  signExtended(register: Register, from: number, to: 32 | 64): Register {
    if (from === to) return register;
    if (to === 32) {
      switch (from) {
        case 1: return this.make(Op.SX1_32, { b: register });
        case 8: return this.make(Op.SX8_32, { b: register });
        case 16: return this.make(Op.SX16_32, { b: register });
        default: return this.truncated(this.make(Op.SXN_64, { b: register, w2: from }), 32);
      }
    }
    switch (from) {
      case 8: return this.make(Op.SX8_64, { b: register });
      case 16: return this.make(Op.SX16_64, { b: register });
      case 32: return this.make(Op.SX32_64, { b: register });
      default: return this.make(Op.SXN_64, { b: register, w2: from });
    }
  }

  // ---- addresses ----

  /** A pointer value as base, displacement and late part. */
  address(value: Value): AddressOperand {
    const slot = this.slot(value);
    return this.addressOf(slot);
  }

  addressOf(slot: Slot): AddressOperand {
    const { operand } = slot;
    if (operand.kind === 'address') return operand;
    if (operand.kind === 'immediate') return { kind: 'address', base: NONE, displacement: operand.value, late: null };
    return { kind: 'address', base: this.toRegister(slot), displacement: 0n, late: null };
  }

  load(bits: 8 | 16 | 32 | 64, at: AddressOperand, offset: number): Register {
    const a = this.newRegister();
    this.loadInto(a, bits, at, offset);
    return a;
  }

  loadInto(a: Register, bits: 8 | 16 | 32 | 64, at: AddressOperand, offset: number): void {
    const imm = BigInt.asUintN(64, at.displacement + BigInt(offset));
    const index = bits === 8 ? 0 : bits === 16 ? 1 : bits === 32 ? 2 : 3;
    if (at.base === NONE) this.emit(Op.LDA8 + index, { a, imm, late: at.late });
    else this.emit(Op.LD8 + index, { a, b: at.base, imm, late: at.late });
  }

  /** Stores the low bits of an operand. */
  store(bits: 8 | 16 | 32 | 64, at: AddressOperand, offset: number, slot: Slot): void {
    const imm = BigInt.asUintN(64, at.displacement + BigInt(offset));
    const index = bits === 8 ? 0 : bits === 16 ? 1 : bits === 32 ? 2 : 3;
    const { operand } = slot;
    if (operand.kind === 'immediate' && this.storeImmediate(index, bits, at, BigInt.asIntN(64, imm), operand.value)) return;
    const a = operand.kind === 'raw' && operand.bits >= bits ? operand.register : this.toRegister(slot);
    if (at.base === NONE) this.emit(Op.STA8 + index, { a, imm, late: at.late });
    else this.emit(Op.ST8 + index, { a, b: at.base, imm, late: at.late });
  }

  private storeImmediate(index: number, bits: number, at: AddressOperand, displacement: bigint, value: bigint): boolean {
    if (at.base === NONE || at.late !== null) return false;
    // Room is left for the size of the frame, which emission adds to displacements from F.
    if (displacement < -0x40000000n || displacement > 0x3fffffffn) return false;
    const signed = BigInt.asIntN(bits, value);
    if (signed !== BigInt.asIntN(32, signed)) return false;
    this.emit(Op.STI8 + index, { b: at.base, w2: Number(displacement), w3: Number(signed) });
    return true;
  }

  // ---- calls of the machine's intrinsics ----

  /** INTRINSIC with operands in argument slots; results (0 to 2) are returned in new registers. */
  intrinsic(id: number, operands: readonly Operand[], results: 0 | 1 | 2): Register[] {
    operands.forEach((operand, k) => this.into(argumentSlot(k), operand));
    const first = operands.length === 0 ? NONE : argumentSlot(0);
    if (results < 2) {
      const a = results === 1 ? this.newRegister() : NONE;
      this.emit(Op.INTRINSIC, { a, b: first, c: operands.length, w2: id });
      return results === 1 ? [a] : [];
    }
    // Two results need neighbouring slots: those after the arguments.
    const low = argumentSlot(operands.length), high = argumentSlot(operands.length + 1);
    this.emit(Op.INTRINSIC, { a: low, b: first, c: operands.length, w2: id });
    return [this.make(Op.MOV, { b: low }), this.make(Op.MOV, { b: high })];
  }

  // ---- tests ----

  compare(test: Test): Operand {
    return { kind: 'compare', test };
  }

  immediateOperand(value: bigint, bits: number): Operand {
    return immediate(value, bits);
  }
}
