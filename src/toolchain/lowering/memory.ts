/** alloca, load, store, getelementptr, and copies and fills of known size. */
import { Intrinsic } from '../../core/intrinsics';
import { Op, REG_F } from '../../core/kernel/ops';
import type { AllocaInstruction, GetElementPtrInstruction, LoadInstruction, StoreInstruction, Type, Value } from '../bitcode/module';
import { indexStep } from './constant-operands';
import { alignOf, bitsOf, piecesOf, sizeOf, type Piece } from './layout';
import { NONE, type Register } from './mir';
import { inRegister, type AddressOperand, type Operand, type Slot } from './operands';
import type { Selector } from './selector';

type AccessBits = 8 | 16 | 32 | 64;

// ---- alloca ----

export function lowerAlloca(selector: Selector, instruction: AllocaInstruction): void {
  const offset = selector.frameOffsets.get(instruction);
  if (offset !== undefined) { selector.define(instruction, [frameAddress(offset)]); return; }
  const [count] = instruction.operands;
  const align = Math.max(instruction.align, alignOf(instruction.allocated), 1);
  if (count.kind === 'integer' && instruction.block.index === 0) {
    selector.define(instruction, [inRegister(overAligned(selector, sizeOf(instruction.allocated) * Number(count.value), align))]);
    return;
  }
  const elements = selector.register(count);
  const size = sizeOf(instruction.allocated);
  const bytes = size === 1 ? elements : selector.makeImmediate(Op.MUL64I, elements, BigInt(size), 64);
  // The bytes of outgoing arguments are known when the whole function is: emission fills in w2.
  selector.defineRegister(instruction, selector.make(Op.DYNALLOCA, { b: bytes, w3: Math.max(align, 16) }));
}

/** An alignment that the frame does not have by itself: room to spare, and the address rounded up at run time. */
function overAligned(selector: Selector, sizeBytes: number, align: number): Register {
  const offset = selector.reserve(sizeBytes + align, 16);
  const high = selector.make(Op.LEA, { b: REG_F, imm: BigInt(offset + align - 1) });
  return selector.makeImmediate(Op.AND64I, high, BigInt(-align), 64);
}

export function frameAddress(offset: number): AddressOperand {
  return { kind: 'address', base: REG_F, displacement: BigInt(offset), late: null };
}

// ---- load and store ----

export function lowerLoad(selector: Selector, instruction: LoadInstruction): void {
  const at = selector.address(instruction.operands[0]);
  selector.define(instruction, loadValue(selector, instruction.type, at));
}

export function lowerStore(selector: Selector, instruction: StoreInstruction): void {
  const [value, pointer] = instruction.operands;
  const at = selector.address(pointer);
  storeValue(selector, value.type, at, selector.slots(value));
}

export function loadValue(selector: Selector, type: Type, at: AddressOperand): Operand[] {
  refuseBits(selector, type);
  return piecesOf(type).map(piece => loadPiece(selector, at, piece));
}

export function storeValue(selector: Selector, type: Type, at: AddressOperand, slots: readonly Slot[]): void {
  refuseBits(selector, type);
  piecesOf(type).forEach((piece, i) => storePiece(selector, at, piece, slots[i]));
}

function refuseBits(selector: Selector, type: Type): void {
  if (type.kind === 'vector' && bitsOf(type.element) % 8 !== 0)
    selector.refuse('a vector of elements that are no whole bytes cannot be in memory');
}

/** An integer of n bytes is accessed in powers of two, the largest first. */
function accesses(bits: number): { readonly bits: AccessBits; readonly offset: number }[] {
  const list: { bits: AccessBits; offset: number }[] = [];
  let offset = 0;
  for (const size of [8, 4, 2, 1])
    while (Math.ceil(bits / 8) - offset >= size) {
      list.push({ bits: 8 * size as AccessBits, offset });
      offset += size;
    }
  return list;
}

function loadPiece(selector: Selector, at: AddressOperand, piece: Piece): Operand {
  let whole: Register | null = null;
  for (const { bits, offset } of accesses(piece.bits)) {
    const part = selector.load(bits, at, piece.offset + offset);
    if (whole === null) { whole = part; continue; }
    const shifted = selector.makeImmediate(Op.SHL64I, part, BigInt(8 * offset), 64);
    whole = selector.make(Op.OR64, { b: whole, c: shifted });
  }
  if (whole === null) throw new Error('lowering: a load of no bytes');
  return piece.bits % 8 === 0 ? inRegister(whole) : selector.lowBits(whole, piece.bits);
}

function storePiece(selector: Selector, at: AddressOperand, piece: Piece, slot: Slot): void {
  const parts = accesses(piece.bits);
  if (parts.length === 1 && (piece.bits % 8 === 0 || slot.operand.kind !== 'raw')) {
    selector.store(parts[0].bits, at, piece.offset, slot);
    return;
  }
  const whole = selector.toRegister(slot);
  for (const { bits, offset } of parts) {
    const register = offset === 0 ? whole : selector.makeImmediate(Op.LSHR64I, whole, BigInt(8 * offset), 64);
    selector.store(bits, at, piece.offset + offset, { operand: inRegister(register) });
  }
}

// ---- getelementptr ----

/** Known indices go into the displacement; each other index is one LEAX, or a product on top of a late base. */
export function lowerGep(selector: Selector, instruction: GetElementPtrInstruction): void {
  const [base, ...indices] = instruction.operands;
  if (instruction.type.kind === 'vector') selector.refuse('vectors of addresses are not supported');
  let at = selector.address(base);
  let offset = 0n, type: Type = instruction.source;
  const scaled: { readonly index: Value; readonly size: number }[] = [];
  indices.forEach((index, k) => {
    const known = index.type.kind === 'integer' ? selector.known(index) : null;
    if (known !== null && index.type.kind === 'integer') {
      const step = indexStep(type, BigInt.asIntN(index.type.width, known), k === 0);
      offset += step.offset;
      type = step.type;
      return;
    }
    const step = indexStep(type, 1n, k === 0);
    scaled.push({ index, size: Number(step.offset) });
    type = step.type;
  });
  at = { ...at, displacement: BigInt.asIntN(64, at.displacement + offset) };
  for (const { index, size } of scaled) at = addScaled(selector, at, index, size);
  selector.define(instruction, [at]);
}

function addScaled(selector: Selector, at: AddressOperand, index: Value, size: number): AddressOperand {
  const register = wideIndex(selector, index);
  if (at.base === NONE) {
    // An array at a fixed address: the product is the base, the address the displacement.
    const product = size === 1 ? register : scale(selector, register, size);
    return { ...at, base: product };
  }
  if (size > 0x7fffffff) {
    const base = at.base === REG_F ? selector.make(Op.LEA, { b: REG_F, imm: 0n }) : at.base;
    return { ...at, base: selector.make(Op.ADD64, { b: base, c: scale(selector, register, size) }) };
  }
  // What does not fit into the instruction stays a displacement of the address.
  const folded = at.late === null && fits32(at.displacement);
  const base = selector.make(Op.LEAX, { b: at.base, c: register, w2: size, w3: folded ? Number(at.displacement) : 0 });
  return folded ? { kind: 'address', base, displacement: 0n, late: null } : { ...at, base };
}

function fits32(value: bigint): boolean {
  // Room is left for the size of the frame, which emission adds to displacements from F.
  return value > -0x40000000n && value < 0x40000000n;
}

function scale(selector: Selector, register: Register, size: number): Register {
  const shift = Math.log2(size);
  return Number.isInteger(shift)
    ? selector.makeImmediate(Op.SHL64I, register, BigInt(shift), 64)
    : selector.makeImmediate(Op.MUL64I, register, BigInt(size), 64);
}

/** An index is signed; it is widened to 64 bits. */
function wideIndex(selector: Selector, index: Value): Register {
  const width = bitsOf(index.type);
  if (width > 64) return selector.register(index);
  return selector.signExtended(selector.register(index), width, 64);
}

// ---- copies and fills ----

/** Up to this many bytes are copied and filled by loads and stores; beyond, by the C library's functions, as Clang for x86-64 does at -O0. */
const EXPANDED_BYTES_MAX = 64;

function chunks(sizeBytes: number): { readonly bits: AccessBits; readonly offset: number }[] {
  return accesses(8 * sizeBytes);
}

/** memcpy or memmove of a known or unknown number of bytes. */
export function copyBytes(selector: Selector, to: Slot, from: Slot, length: Slot, overlapping: boolean): void {
  if (length.operand.kind === 'immediate' && length.operand.value <= BigInt(EXPANDED_BYTES_MAX)) {
    const parts = chunks(Number(length.operand.value));
    const source = selector.addressOf(from), target = selector.addressOf(to);
    if (overlapping) {
      const registers = parts.map(part => selector.load(part.bits, source, part.offset));
      parts.forEach((part, i) => selector.store(part.bits, target, part.offset, { operand: inRegister(registers[i]) }));
      return;
    }
    for (const part of parts)
      selector.store(part.bits, target, part.offset, { operand: inRegister(selector.load(part.bits, source, part.offset)) });
    return;
  }
  selector.intrinsic(overlapping ? Intrinsic.memmove : Intrinsic.memcpy, [to.operand, from.operand, length.operand], 0);
}

/** memset of a known or unknown number of bytes. */
export function fillBytes(selector: Selector, to: Slot, byte: Slot, length: Slot): void {
  const { operand } = byte;
  if (length.operand.kind === 'immediate' && length.operand.value <= BigInt(EXPANDED_BYTES_MAX) && (operand.kind === 'immediate' || length.operand.value <= 1n)) {
    const target = selector.addressOf(to);
    const pattern = operand.kind === 'immediate' ? operand.value * 0x0101010101010101n : 0n;
    let wide: Register | null = null;
    for (const part of chunks(Number(length.operand.value))) {
      if (operand.kind !== 'immediate') { selector.store(8, target, part.offset, byte); continue; }
      const value = BigInt.asUintN(part.bits, pattern);
      if (part.bits === 64 && BigInt.asIntN(64, value) !== BigInt.asIntN(32, value)) {
        wide ??= selector.make(Op.MOVI, { imm: value });
        selector.store(64, target, part.offset, { operand: inRegister(wide) });
      } else selector.store(part.bits, target, part.offset, { operand: { kind: 'immediate', value } });
    }
    return;
  }
  selector.intrinsic(Intrinsic.memset, [to.operand, operand, length.operand], 0);
}
