/**
 * Variables of an image: their sections, addresses and initial bytes.
 *
 * Constants go to rodata, initialised variables to data, all-zero ones to bss. Constants whose address nobody compares
 * (unnamed_addr, private: string literals) are stored once when their bytes are equal. Thread-local variables are a
 * template that each thread gets a copy of; their "address" is the distance from the base of FS (System V ABI, variant II).
 */
import { Anchor, type DataSymbol, type Segment, type SegmentKind, type ThreadTemplate } from '../../core/lir/lir';
import type { Constant, GlobalVariable } from '../bitcode/module';
import { globalVariableOf, type DebugBuilder } from './debug-builder';
import type { ImageBuilder } from './image-builder';
import { Refusal } from './errors';
import { alignOf, bitsOf, piecesOf, roundUp, sizeOf, storeBytes, structLayout } from './layout';
import type { RelocationTable } from './relocations';
import { definitionsOf, isExternal, type Unit } from './unit';

type Section = 'rodata' | 'tls' | 'data' | 'bss';

interface Variable {
  readonly unit: Unit;
  readonly global: GlobalVariable;
  readonly section: Section;
  readonly sizeBytes: number;
  readonly align: number;
  offset: number;
}

/** What an address of a variable points into; a distance from FS is no address. */
const ANCHORS = { rodata: Anchor.Rodata, tls: Anchor.None, data: Anchor.Data, bss: Anchor.Bss } as const;
/** Sections whose words may be addresses. */
const HOLDERS = { rodata: Anchor.Rodata, data: Anchor.Data, tls: Anchor.Thread } as const;
const PAGE_BYTES = 4096;
/** Lists of the compiler and linker, not data of the program. */
const COMPILER_LISTS = new Set(['llvm.used', 'llvm.compiler.used']);

export class DataLayout {
  readonly symbols: DataSymbol[] = [];
  readonly segments: Segment[] = [];
  tls: ThreadTemplate = { content: new Uint8Array(0), sizeBytes: 0, align: 1, offset: 0 };
  private readonly variables: Variable[] = [];
  private readonly places = new Map<GlobalVariable, Variable>();
  private readonly sectionVa = new Map<Section, bigint>();
  private readonly sectionBytes = new Map<Section, number>([['rodata', 0], ['tls', 0], ['data', 0], ['bss', 0]]);
  private tlsAlign = 1;
  /** Bytes that the library's thread-local variables take below the base of FS. */
  private readonly libraryThreadBytes: number;

  constructor(image: ImageBuilder) {
    this.libraryThreadBytes = image.library?.tls.offset ?? 0;
    const merged = new Map<string, Variable>();
    for (const unit of image.symbols.units)
      for (const value of definitionsOf(unit.module))
        if (value.kind === 'global' && image.symbols.isWinner(value) && !COMPILER_LISTS.has(value.name)) this.add(image, unit, value, merged);
  }

  private add(image: ImageBuilder, unit: Unit, global: GlobalVariable, merged: Map<string, Variable>): void {
    if (global.name === 'llvm.global_ctors' || global.name === 'llvm.global_dtors') {
      image.fail(image.debug.definitionPlace(global), 'functions with the attribute constructor or destructor are not supported');
      return;
    }
    const sizeBytes = sizeOf(global.valueType);
    const align = Math.max(1, global.align === 0 ? alignOf(global.valueType) : global.align);
    const key = mergeKey(global, align);
    const same = key === null ? undefined : merged.get(key);
    if (same !== undefined) { this.places.set(global, same); return; }
    const section = sectionOf(global);
    const variable: Variable = { unit, global, section, sizeBytes, align, offset: 0 };
    variable.offset = roundUp(this.size(section), align);
    this.sectionBytes.set(section, variable.offset + sizeBytes);
    if (section === 'tls') this.tlsAlign = Math.max(this.tlsAlign, align);
    this.variables.push(variable);
    this.places.set(global, variable);
    if (key !== null) merged.set(key, variable);
  }

  private size(section: Section): number {
    return this.sectionBytes.get(section) ?? 0;
  }

  /** The thread-local block begins this far below the base of FS. */
  private threadOffset(): number {
    const bytes = this.size('tls');
    return bytes === 0 ? 0 : roundUp(this.libraryThreadBytes + bytes, this.tlsAlign);
  }

  /** Gives the sections their addresses, from the first page after the text. */
  place(firstVa: bigint): void {
    const page = (bytes: number): bigint => BigInt(roundUp(bytes, PAGE_BYTES));
    const data = firstVa + page(this.size('rodata'));
    this.sectionVa.set('rodata', firstVa);
    this.sectionVa.set('tls', -BigInt(this.threadOffset()));
    this.sectionVa.set('data', data);
    this.sectionVa.set('bss', data + page(this.size('data')));
  }

  /** Address of a variable of this image; null if it is not stored (a loser among weak definitions). */
  addressOf(global: GlobalVariable): bigint | null {
    const variable = this.places.get(global);
    return variable === undefined ? null : this.va(variable);
  }

  /** The section that a variable of this image lies in. */
  anchorOf(global: GlobalVariable): Anchor {
    const section = this.places.get(global)?.section;
    return section === undefined ? Anchor.None : ANCHORS[section];
  }

  private base(section: Section): bigint {
    const va = this.sectionVa.get(section);
    if (va === undefined) throw new Error('lowering: data is asked for its address before it is placed');
    return va;
  }

  private va(variable: Variable): bigint {
    return BigInt.asUintN(64, this.base(variable.section) + BigInt(variable.offset));
  }

  /** Writes initial values and makes segments and symbols. */
  fill(image: ImageBuilder, relocations: RelocationTable): void {
    const contents = { rodata: new Uint8Array(this.size('rodata')), data: new Uint8Array(this.size('data')), tls: new Uint8Array(this.size('tls')) };
    for (const variable of this.variables) {
      if (variable.section === 'bss' || variable.global.initializer === null) continue;
      const { section, offset } = variable;
      const bytes = contents[section].subarray(offset, offset + variable.sizeBytes);
      try {
        const what = (): string => `the variable ${variable.global.name} holds an address as a number`;
        writeConstant(bytes, 0, variable.global.initializer, (constant, at) => {
          const { value, anchor } = relocations.locate(constant, variable.unit, what);
          relocations.addWord(HOLDERS[section], offset + at, anchor);
          return value;
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        image.fail(error.place ?? image.debug.definitionPlace(variable.global), error.message);
      }
    }
    this.tls = { content: contents.tls, sizeBytes: contents.tls.length, align: this.tlsAlign, offset: this.threadOffset() };
    this.segment('rodata', this.base('rodata'), contents.rodata.length, contents.rodata);
    this.segment('data', this.base('data'), contents.data.length, contents.data);
    this.segment('bss', this.base('bss'), this.size('bss'), new Uint8Array(0));
    for (const variable of this.variables) this.symbol(image.debug, variable);
  }

  private segment(kind: SegmentKind, va: bigint, sizeBytes: number, content: Uint8Array): void {
    if (sizeBytes > 0) this.segments.push({ kind, va, sizeBytes, content });
  }

  private symbol(debug: DebugBuilder, variable: Variable): void {
    const { global } = variable;
    const described = globalVariableOf(global.attachments.map(attachment => attachment.node));
    const name = described?.name?.value ?? '';
    if (global.linkage === 'private' && name === '') return;
    this.symbols.push({
      name: name === '' ? global.name : name, va: this.va(variable), sizeBytes: variable.sizeBytes,
      type: described === null ? -1 : debug.typeNumber(described.type), file: debug.fileNumber(described?.file ?? null), line: described?.line ?? 0,
      external: isExternal(global), threadLocal: global.threadLocal !== 'none',
    });
  }

  /** External variables by the names that other units use. */
  exported(): { readonly name: string; readonly va: bigint; readonly sizeBytes: number }[] {
    return this.variables.filter(({ global }) => isExternal(global))
      .map(variable => ({ name: variable.global.name, va: this.va(variable), sizeBytes: variable.sizeBytes }));
  }
}

function sectionOf(global: GlobalVariable): Section {
  if (global.threadLocal !== 'none') return 'tls';
  if (global.constant) return 'rodata';
  return isZero(global.initializer) ? 'bss' : 'data';
}

function isZero(constant: Constant | null): boolean {
  switch (constant?.kind) {
    case undefined: case 'zero': case 'undef': case 'poison': return true;
    case 'integer': return constant.value === 0n;
    case 'float': return constant.bits === 0n;
    case 'data': return constant.bytes.every(byte => byte === 0);
    case 'aggregate': return constant.operands.every(isZero);
    default: return false;
  }
}

/** What makes two constants interchangeable; null for variables that must keep their own address. */
function mergeKey(global: GlobalVariable, align: number): string | null {
  const { initializer } = global;
  if (!global.constant || global.linkage !== 'private' || global.unnamed !== 'unnamed_addr' || initializer?.kind !== 'data') return null;
  let key = `${align}:${initializer.bytes.length}:`;
  for (const byte of initializer.bytes) key += String.fromCharCode(byte);
  return key;
}

/** Bits of a scalar that is no plain number, which will stand at an offset of the variable. */
type Evaluate = (constant: Constant, at: number) => bigint;

/** Writes a constant of any type at an offset; the bytes are zero before. */
function writeConstant(bytes: Uint8Array, at: number, constant: Constant, evaluate: Evaluate): void {
  const { type } = constant;
  switch (constant.kind) {
    case 'zero': case 'undef': case 'poison': return;
    case 'data': bytes.set(constant.bytes, at); return;
    case 'aggregate':
      constant.operands.forEach((operand, i) => writeConstant(bytes, at + elementOffset(constant, i), operand, evaluate));
      return;
    case 'integer': case 'float':
      if (type.kind === 'vector') {
        const element = type.element, scalar = constant.kind === 'integer' ? constant.value : constant.bits;
        for (let i = 0; i < type.count; i++) writeNumber(bytes, at + i * bitsOf(element) / 8, scalar, storeBytes(element));
        return;
      }
      writeNumber(bytes, at, constant.kind === 'integer' ? BigInt.asUintN(bitsOf(type), constant.value) : constant.bits, storeBytes(type));
      return;
    default:
      if (piecesOf(type).length !== 1) throw new Refusal('an initial value of this kind is not supported');
      writeNumber(bytes, at, evaluate(constant, at), storeBytes(type));
  }
}

function elementOffset(constant: Constant & { kind: 'aggregate' }, index: number): number {
  const { type } = constant;
  switch (type.kind) {
    case 'struct': return structLayout(type).offsets[index];
    case 'array': return index * sizeOf(type.element);
    case 'vector': return index * bitsOf(type.element) / 8;
  }
}

function writeNumber(bytes: Uint8Array, at: number, value: bigint, count: number): void {
  let rest = BigInt.asUintN(8 * count, value);
  for (let i = 0; i < count; i++) {
    bytes[at + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}
