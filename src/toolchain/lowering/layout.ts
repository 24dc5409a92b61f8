/**
 * Data layout of the simulated machine: x86-64 System V (psABI section 3.1.2), as Clang's datalayout string for
 * x86_64-linux-gnu states it: i64 and double 8 bytes, i128 and x86_fp80 16, pointers 8, vectors aligned to their size.
 *
 * Also: how a value of a type is held in registers, as a list of scalars ("pieces") of at most 64 bits, each with its
 * offset in memory.
 */
import type { StructType, Type } from '../bitcode/module';
import { Refusal } from './errors';

export interface StructLayout { readonly offsets: readonly number[]; readonly sizeBytes: number; readonly align: number }

/** One register's worth of a value: `bits` wide (1–64), zero-extended in its register, at `offset` bytes in memory. */
export interface Piece { readonly offset: number; readonly bits: number; readonly float: boolean }

/** First-class values of more scalars than this are refused: Clang makes none from C. */
const PIECES_MAX = 256;

const structs = new WeakMap<StructType, StructLayout>();
const pieceLists = new WeakMap<Type, readonly Piece[]>();

export function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

function powerOfTwoAtLeast(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

export function structLayout(type: StructType): StructLayout {
  const known = structs.get(type);
  if (known !== undefined) return known;
  if (type.opaque) throw new Refusal(`the size of struct ${type.name ?? ''} is not known here`);
  let end = 0, align = 1;
  const offsets = type.elements.map(element => {
    const elementAlign = type.packed ? 1 : alignOf(element);
    align = Math.max(align, elementAlign);
    const offset = roundUp(end, elementAlign);
    end = offset + sizeOf(element);
    return offset;
  });
  const layout = { offsets, sizeBytes: roundUp(end, align), align };
  structs.set(type, layout);
  return layout;
}

/** Natural alignment in bytes. */
export function alignOf(type: Type): number {
  switch (type.kind) {
    case 'integer': return Math.min(16, powerOfTwoAtLeast(Math.ceil(type.width / 8)));
    case 'half': case 'bfloat': return 2;
    case 'float': return 4;
    case 'double': case 'pointer': return 8;
    case 'x86_fp80': case 'fp128': case 'ppc_fp128': return 16;
    case 'array': return alignOf(type.element);
    case 'vector': return powerOfTwoAtLeast(Math.max(1, vectorBytes(type.count, type.element)));
    case 'struct': return structLayout(type).align;
    default: throw new Refusal(`a value of type ${type.kind} has no place in memory`);
  }
}

function vectorBytes(count: number, element: Type): number {
  return Math.ceil(count * bitsOf(element) / 8);
}

/** Distance in bytes between elements of an array of this type. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case 'array': return type.count * sizeOf(type.element);
    case 'struct': return structLayout(type).sizeBytes;
    default: return roundUp(storeBytes(type), alignOf(type));
  }
}

/** Bytes that a store of this type writes. */
export function storeBytes(type: Type): number {
  switch (type.kind) {
    case 'array': case 'struct': return sizeOf(type);
    case 'vector': return vectorBytes(type.count, type.element);
    default: return Math.ceil(bitsOf(type) / 8);
  }
}

/** Bits of a scalar type. */
export function bitsOf(type: Type): number {
  switch (type.kind) {
    case 'integer': return type.width;
    case 'half': case 'bfloat': return 16;
    case 'float': return 32;
    case 'double': case 'pointer': return 64;
    case 'x86_fp80': return 80;
    case 'fp128': case 'ppc_fp128': return 128;
    case 'vector': return type.count * bitsOf(type.element);
    default: throw new Refusal(`a value of type ${type.kind} has no width in bits`);
  }
}

/** The scalars that hold a value of this type, in order of their addresses. void has none. */
export function piecesOf(type: Type): readonly Piece[] {
  const known = pieceLists.get(type);
  if (known !== undefined) return known;
  const pieces: Piece[] = [];
  addPieces(type, 0, pieces);
  pieceLists.set(type, pieces);
  return pieces;
}

function addPieces(type: Type, offset: number, pieces: Piece[]): void {
  if (pieces.length > PIECES_MAX) throw new Refusal('a value of more than 256 scalars is passed or held at once');
  switch (type.kind) {
    case 'void': return;
    case 'integer':
      if (type.width > 128) throw new Refusal(`integers of ${type.width} bits are not supported (128 is the most)`);
      pieces.push({ offset, bits: Math.min(64, type.width), float: false });
      if (type.width > 64) pieces.push({ offset: offset + 8, bits: type.width - 64, float: false });
      return;
    case 'pointer': pieces.push({ offset, bits: 64, float: false }); return;
    case 'float': case 'double': pieces.push({ offset, bits: type.kind === 'float' ? 32 : 64, float: true }); return;
    case 'x86_fp80':
      pieces.push({ offset, bits: 64, float: false }, { offset: offset + 8, bits: 16, float: false });
      return;
    case 'array':
      for (let i = 0; i < type.count; i++) addPieces(type.element, offset + i * sizeOf(type.element), pieces);
      return;
    case 'vector': {
      const stride = bitsOf(type.element) / 8; // a fraction for vectors of bits, which never go to memory
      for (let i = 0; i < type.count; i++) addPieces(type.element, offset + i * stride, pieces);
      return;
    }
    case 'struct':
      type.elements.forEach((element, i) => addPieces(element, offset + structLayout(type).offsets[i], pieces));
      return;
    default: throw new Refusal(`values of type ${type.kind} are not supported`);
  }
}

/** True for float, double, and vectors of them. */
export function isFloating(type: Type): boolean {
  return type.kind === 'float' || type.kind === 'double' || type.kind === 'x86_fp80'
    || (type.kind === 'vector' && isFloating(type.element));
}
