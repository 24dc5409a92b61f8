/**
 * CONSTANTS blocks: every record makes one value of the current type.
 *
 * Operands may name later constants of the block, so they are linked when the block ends; then the types of each
 * constant's operands are checked, and that no constant contains itself or is nested deeper than any C initializer.
 */
import type { BitstreamCursor, Operand } from './bitstream';
import { BitcodeError, type BinaryOp, type Block, type CastOp, type Constant, type FloatBinaryOp, type FunctionType, type FunctionValue, type IntegerBinaryOp, type Type, type Value } from './module';
import { RecordReader, wideInteger } from './record';
import { isFirstClass, isFloat, scalarOf, type TypeTable } from './type-table';
import { checkConstant } from './verify-constants';

export const CAST_OPS: readonly CastOp[] = ['trunc', 'zext', 'sext', 'fptoui', 'fptosi', 'uitofp', 'sitofp', 'fptrunc', 'fpext',
  'ptrtoint', 'inttoptr', 'bitcast', 'addrspacecast', 'ptrtoaddr'];
const INTEGER_BINARY: readonly IntegerBinaryOp[] = ['add', 'sub', 'mul', 'udiv', 'sdiv', 'urem', 'srem', 'shl', 'lshr', 'ashr', 'and', 'or', 'xor'];
const FLOAT_BINARY: readonly (FloatBinaryOp | undefined)[] = ['fadd', 'fsub', 'fmul', undefined, 'fdiv', undefined, 'frem'];

const SETTYPE = 1, NULL = 2, UNDEF = 3, INTEGER = 4, WIDE_INTEGER = 5, FLOAT = 6, AGGREGATE = 7, STRING = 8, CSTRING = 9,
  CE_BINOP = 10, CE_CAST = 11, CE_EXTRACTELT = 14, CE_INSERTELT = 15, CE_SHUFFLEVEC = 16, BLOCKADDRESS = 21, DATA = 22,
  CE_UNOP = 25, POISON = 26, DSO_LOCAL_EQUIVALENT = 27, NO_CFI = 29, INLINEASM = 30, CE_GEP_INRANGE = 31, CE_GEP = 32;

/** Clang's own limit on nested initializers is 256. */
const MAX_NESTING = 1024;

/** A block address whose function may not have been read yet; `block` is linked at the end of the module. */
export interface PendingBlockAddress { function: FunctionValue; block: Block; readonly index: number }

/** What has been read of the module so far. */
export interface ConstantContext {
  readonly types: TypeTable;
  readonly values: Value[];
  readonly blockAddresses: PendingBlockAddress[];
}

/** Operand ids still to be linked into `operands`. */
interface Pending { readonly constant: Constant; readonly operands: Constant[]; readonly ids: readonly number[] }

export function binaryOp(r: RecordReader, type: Type): BinaryOp {
  return r.choice<BinaryOp>(isFloat(type) ? FLOAT_BINARY : INTEGER_BINARY, 'binary operator');
}

export function gepFlags(bits: number): { inbounds: boolean; nusw: boolean; nuw: boolean } {
  return { inbounds: (bits & 1) !== 0, nusw: (bits & 2) !== 0, nuw: (bits & 4) !== 0 };
}

/** Appends the block's constants to `context.values`. */
export function readConstants(cursor: BitstreamCursor, context: ConstantContext): void {
  new ConstantsReader(cursor, context).read();
}

class ConstantsReader {
  private readonly r = new RecordReader();
  private readonly pending: Pending[] = [];
  private type: Type | null = null;

  constructor(private readonly cursor: BitstreamCursor, private readonly context: ConstantContext) {}

  read(): void {
    const { cursor, context: { types, values } } = this;
    cursor.forEachRecord(() => {
      const r = this.r.start('constants', cursor.operands);
      if (cursor.code === SETTYPE) { this.type = types.at(r.number()); return; }
      const type = this.type ?? r.fail('a constant comes before its type');
      if (!isFirstClass(type)) r.fail(`there are no constants of type ${type.kind}`);
      values.push(this.constant(cursor.code, type));
    });
    for (const { operands, ids } of this.pending)
      for (const id of ids) operands.push(constantAt(values, id));
    this.checkNesting();
    for (const { constant } of this.pending) checkConstant(constant);
  }

  private linked<T extends Constant & { readonly operands: readonly Constant[] }>(constant: T, operands: Constant[], ids: readonly number[]): T {
    this.pending.push({ constant, operands, ids });
    return constant;
  }

  private constant(code: number, type: Type): Constant {
    const { r } = this;
    switch (code) {
      case NULL: return type.kind === 'integer' ? { kind: 'integer', type, value: 0n } : { kind: 'zero', type };
      case UNDEF: return { kind: 'undef', type };
      case POISON: return { kind: 'poison', type };
      case INTEGER: case WIDE_INTEGER: return this.integer(code, type);
      case FLOAT: {
        const scalar = scalarOf(type);
        if (!isFloat(type) || (type.kind !== 'vector' && type !== scalar)) return r.fail(`a floating-point constant has type ${type.kind}`);
        return { kind: 'float', type: type as Extract<Constant, { kind: 'float' }>['type'], bits: this.floatBits(scalar) };
      }
      case AGGREGATE: {
        if (type.kind !== 'array' && type.kind !== 'struct' && type.kind !== 'vector') return r.fail(`an aggregate has type ${type.kind}`);
        const operands: Constant[] = [];
        return this.linked({ kind: 'aggregate', type, operands }, operands, r.numbers());
      }
      case STRING: case CSTRING: case DATA: return this.data(code, type);
      case BLOCKADDRESS: return this.blockAddress(type);
      case DSO_LOCAL_EQUIVALENT: case NO_CFI: {
        r.number();
        const target = constantAt(this.context.values, r.number());
        if (target.kind !== 'function') return r.fail('the address of something that is no function');
        return { kind: code === NO_CFI ? 'no_cfi' : 'dso_local_equivalent', type, target };
      }
      case INLINEASM: return this.inlineAsm(type);
      default: return this.expression(code, type);
    }
  }

  private integer(code: number, type: Type): Constant {
    const { r } = this, scalar = scalarOf(type);
    if (scalar.kind !== 'integer' || (type.kind !== 'integer' && type.kind !== 'vector')) return r.fail(`an integer constant has type ${type.kind}`);
    if (code === INTEGER && scalar.width > 64) r.fail('a wide integer is stored as a narrow one');
    const value = code === INTEGER ? BigInt.asIntN(scalar.width, r.signed()) : wideInteger(r.rest(), scalar.width);
    return { kind: 'integer', type, value };
  }

  /** The bit pattern. x86_fp80 comes as [top 64 bits of the 80, low 16 bits]. */
  private floatBits(type: Type): bigint {
    const { r } = this;
    switch (type.kind) {
      case 'x86_fp80': { const top = r.big(); return BigInt.asUintN(80, top << 16n | BigInt.asUintN(16, r.big())); }
      case 'fp128': case 'ppc_fp128': { const low = r.big(); return r.big() << 64n | low; }
      case 'double': return r.big();
      case 'float': return BigInt.asUintN(32, r.big());
      default: return BigInt.asUintN(16, r.big());
    }
  }

  private data(code: number, type: Type): Constant {
    const { r } = this;
    if (type.kind !== 'array' && type.kind !== 'vector') return r.fail(`a data constant has type ${type.kind}`);
    const elementBytes = dataElementBytes(type.element) ?? r.fail(`a data constant has elements of type ${type.element.kind}`);
    const given = r.rest(), count = given.length + (code === CSTRING ? 1 : 0);
    if (count !== type.count) r.fail(`${count} elements for ${type.count}`);
    if (code !== DATA && elementBytes !== 1) r.fail('a string has elements of more than a byte');
    return { kind: 'data', type, elementBytes, bytes: packLittleEndian(given, count, elementBytes) };
  }

  private blockAddress(type: Type): Constant {
    const { r, context } = this;
    r.number();
    const fn = constantAt(context.values, r.number());
    if (fn.kind !== 'function' || fn.declaration) return r.fail('a block address in something that is no function');
    // The block is linked at the end of the module; nobody sees the constant before.
    const address = { kind: 'blockaddress' as const, type, function: fn, block: null as unknown as Block };
    context.blockAddresses.push(Object.assign(address, { index: r.number() }));
    return address;
  }

  private inlineAsm(type: Type): Constant {
    const { r } = this;
    const functionType: FunctionType = this.context.types.functionAt(r.number()), bits = r.number();
    return {
      kind: 'asm', type, functionType, sideEffect: (bits & 1) !== 0, alignStack: (bits & 2) !== 0, intel: (bits & 4) !== 0,
      unwind: (bits & 8) !== 0, template: r.text(r.number()), constraints: r.text(r.number()),
    };
  }

  private expression(code: number, type: Type): Constant {
    const { r } = this, operands: Constant[] = [];
    const vector = (op: 'extractelement' | 'insertelement' | 'shufflevector', ids: number[]): Constant =>
      this.linked({ kind: 'expression', op, type, flags: 0, operands }, operands, ids);
    switch (code) {
      case CE_BINOP: {
        const op = binaryOp(r, type), ids = [r.number(), r.number()];
        return this.linked({ kind: 'expression', op, type, flags: r.optional(), operands }, operands, ids);
      }
      case CE_UNOP: r.number(); return this.linked({ kind: 'expression', op: 'fneg', type, flags: 0, operands }, operands, [r.number()]);
      case CE_CAST: {
        const op = r.choice(CAST_OPS, 'cast');
        r.number(); // the operand's type
        const ids = [r.number()];
        return this.linked({ kind: 'expression', op, type, flags: r.optional(), operands }, operands, ids);
      }
      case CE_GEP: case CE_GEP_INRANGE: return this.getElementPtr(code, type);
      case CE_EXTRACTELT: { r.number(); const v = r.number(); r.number(); return vector('extractelement', [v, r.number()]); }
      case CE_INSERTELT: { const v = r.number(), e = r.number(); r.number(); return vector('insertelement', [v, e, r.number()]); }
      case CE_SHUFFLEVEC: return vector('shufflevector', [r.number(), r.number(), r.number()]);
      default: return r.fail(`unsupported record ${code}`);
    }
  }

  /** source type, flags, [bit width, lower, upper of inrange], (type, value)… */
  private getElementPtr(code: number, type: Type): Constant {
    const { r } = this, operands: Constant[] = [], ids: number[] = [];
    const source = this.context.types.at(r.number()), flags = gepFlags(r.number());
    let range: readonly [bigint, bigint] | null = null;
    if (code === CE_GEP_INRANGE) {
      if (r.number() > 64) r.fail('unsupported width of inrange');
      range = [r.signed(), r.signed()];
    }
    while (r.more()) { r.number(); ids.push(r.number()); }
    return this.linked({ kind: 'expression', op: 'getelementptr', type, flags: 0, source, ...flags, range, operands }, operands, ids);
  }

  /** No constant of this block may contain itself; iterative, since the nesting is what is in doubt. */
  private checkNesting(): void {
    const operandsOf = new Map<Constant, readonly Constant[]>(this.pending.map((p) => [p.constant, p.operands]));
    const depth = new Map<Constant, number>(); // 0: being visited
    for (const { constant } of this.pending) {
      const stack: Constant[] = depth.has(constant) ? [] : [constant];
      while (stack.length > 0) {
        const top = stack[stack.length - 1]!, operands = operandsOf.get(top)!;
        if (!depth.has(top)) {
          depth.set(top, 0);
          for (const operand of operands) {
            if (depth.get(operand) === 0) throw new BitcodeError('constants: a constant contains itself');
            if (operandsOf.has(operand) && !depth.has(operand)) stack.push(operand);
          }
          continue;
        }
        stack.pop();
        if (depth.get(top) !== 0) continue;
        let deepest = 0;
        for (const operand of operands) deepest = Math.max(deepest, depth.get(operand) ?? 0);
        if (deepest >= MAX_NESTING) throw new BitcodeError('constants: nested too deeply');
        depth.set(top, deepest + 1);
      }
    }
  }
}

export function constantAt(values: readonly Value[], id: number): Constant {
  const value = values[id];
  if (!value) throw new BitcodeError(`constants: there is no value ${id}`);
  if (value.kind === 'instruction' || value.kind === 'argument' || value.kind === 'metadata') throw new BitcodeError(`constants: value ${id} is not a constant`);
  return value;
}

function dataElementBytes(type: Type): 1 | 2 | 4 | 8 | null {
  switch (type.kind) {
    case 'integer': return type.width === 8 ? 1 : type.width === 16 ? 2 : type.width === 32 ? 4 : type.width === 64 ? 8 : null;
    case 'half': case 'bfloat': return 2;
    case 'float': return 4;
    case 'double': return 8;
    default: return null;
  }
}

function packLittleEndian(elements: readonly Operand[], count: number, elementBytes: 1 | 2 | 4 | 8): Uint8Array {
  const bytes = new Uint8Array(count * elementBytes);
  if (elementBytes === 1) { for (let i = 0; i < elements.length; i++) bytes[i] = Number(elements[i]); return bytes; }
  const view = new DataView(bytes.buffer);
  elements.forEach((element, i) => {
    if (elementBytes === 8) view.setBigUint64(8 * i, BigInt(element), true);
    else if (elementBytes === 4) view.setUint32(4 * i, Number(element), true);
    else view.setUint16(2 * i, Number(element), true);
  });
  return bytes;
}

