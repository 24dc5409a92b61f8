/**
 * Instruction records. Operands are value ids relative to the next free id, so that a small number names a recent
 * value; a forward reference wraps at 2^32 and, where the record does not imply it, carries its type. Absolute ids
 * stand in alloca's size, switch cases and wherever blocks are named.
 */
import { CAST_OPS, binaryOp, gepFlags } from './constants';
import type { ModuleContext, OpenFunction } from './function-reader';
import type { DebugRecord, MetadataNode } from './metadata-nodes';
import {
  BitcodeError, type AtomicOrdering, type Block, type FloatPredicate, type Instruction, type IntegerConstant, type IntegerPredicate,
  type InstructionBase, type OperandBundle, type RmwOperation, type Type, type Value,
} from './module';
import { attributeListAt } from './attributes';
import { alignment, signedBig, type RecordReader } from './record';
import { getElementPtrCount, memberType } from './type-rules';
import { isFloat } from './type-table';

const FCMP: readonly FloatPredicate[] = ['false', 'oeq', 'ogt', 'oge', 'olt', 'ole', 'one', 'ord', 'uno', 'ueq', 'ugt', 'uge', 'ult', 'ule', 'une', 'true'];
const ICMP: readonly IntegerPredicate[] = ['eq', 'ne', 'ugt', 'uge', 'ult', 'ule', 'sgt', 'sge', 'slt', 'sle'];
const FIRST_ICMP = 32;
const ORDERINGS: readonly AtomicOrdering[] = ['not_atomic', 'unordered', 'monotonic', 'acquire', 'release', 'acq_rel', 'seq_cst'];
const RMW: readonly RmwOperation[] = ['xchg', 'add', 'sub', 'and', 'nand', 'or', 'xor', 'max', 'min', 'umax', 'umin', 'fadd', 'fsub', 'fmax', 'fmin',
  'uinc_wrap', 'udec_wrap', 'usub_cond', 'usub_sat', 'fmaximum', 'fminimum', 'fmaximumnum', 'fminimumnum'];

const BINOP = 2, CAST = 3, EXTRACTELT = 6, INSERTELT = 7, SHUFFLEVEC = 8, CMP = 9, RET = 10, BR = 11, SWITCH = 12, UNREACHABLE = 15, PHI = 16,
  ALLOCA = 19, LOAD = 20, VAARG = 23, EXTRACTVAL = 26, INSERTVAL = 27, CMP2 = 28, VSELECT = 29, INDIRECTBR = 31, CALL = 34, FENCE = 36,
  LOADATOMIC = 41, GEP = 43, STORE = 44, STOREATOMIC = 45, CMPXCHG = 46, UNOP = 56, CALLBR = 57, FREEZE = 58, ATOMICRMW = 59;
const INVOKE = 5, CATCH_FAMILY: ReadonlySet<number> = new Set([INVOKE, 39, 40, 47, 48, 49, 50, 51, 52]);

export type OpenBlock = { kind: 'block'; index: number; name: string | null; instructions: Instruction[]; function: OpenFunction };

/** An instruction while its block is being read. */
export type OpenInstruction = Instruction & { location: InstructionBase['location']; attachments: InstructionBase['attachments']; records: DebugRecord[] };

/** Stands for a value that comes later in the function. */
class ForwardReference {
  readonly kind = 'forward';
  readonly name = null;
  constructor(readonly id: number, readonly type: Type) {}
}

export class InstructionReader {
  private readonly forward = new Map<number, ForwardReference>();
  private readonly forwardMetadata: { value: Value }[] = [];
  private bundles: OperandBundle[] = [];
  private block!: OpenBlock;

  constructor(private readonly context: ModuleContext, private readonly fn: OpenFunction, private readonly blocks: readonly OpenBlock[], private readonly r: RecordReader) {}

  // ---- operands ----

  private type(): Type { return this.context.types.at(this.r.number()); }

  private target(): Block {
    const id = this.r.number();
    return this.blocks[id] ?? this.r.fail(`there is no block ${id}`);
  }

  private targets(): Block[] {
    const list: Block[] = [];
    while (this.r.more()) list.push(this.target());
    return list;
  }

  private relative(): number { return this.context.values.length - this.r.number() >>> 0; }

  /** A value whose type the record implies. */
  private value(type: Type): Value { return this.absolute(this.relative(), type); }

  /** A value; a forward reference is followed by its type. */
  private typedValue(): Value {
    const id = this.relative();
    return this.context.values[id] ?? this.absolute(id, this.type());
  }

  private absolute(id: number, type: Type): Value {
    if (type.kind === 'metadata') return { kind: 'metadata', type, node: this.context.metadata.at(id) };
    const known = this.context.values[id];
    if (known) return known;
    let placeholder = this.forward.get(id);
    if (!placeholder) this.forward.set(id, placeholder = new ForwardReference(id, type));
    return placeholder as unknown as Value;
  }

  /** A value in a debug record. */
  valueAsMetadata(): MetadataNode {
    const value = this.typedValue(), node = { kind: 'value' as const, type: value.type, value };
    this.forwardMetadata.push(node);
    return node;
  }

  /** An operand bundle of the call that follows. */
  bundle(): void {
    const { r, context } = this, id = r.number(), operands: Value[] = [];
    const tag = context.bundleTags[id] ?? r.fail(`there is no bundle tag ${id}`);
    while (r.more()) operands.push(this.typedValue());
    this.bundles.push({ tag, operands });
  }

  /** Puts the values in the place of forward references. */
  finish(instructions: readonly OpenInstruction[]): void {
    if (this.bundles.length > 0) throw new BitcodeError(`function ${this.fn.name}: operand bundles without a call`);
    if (this.forward.size === 0) return;
    const resolve = (value: Value): Value => {
      const candidate: unknown = value;
      if (!(candidate instanceof ForwardReference)) return value;
      const found = this.context.values[candidate.id];
      if (!found) throw new BitcodeError(`function ${this.fn.name}: there is no value ${candidate.id}`);
      return found;
    };
    const resolveAll = (list: Value[]): void => { for (let i = 0; i < list.length; i++) list[i] = resolve(list[i]!); };
    for (const instruction of instructions) {
      resolveAll(instruction.operands as Value[]);
      if (instruction.op !== 'call') continue;
      (instruction as { callee: Value }).callee = resolve(instruction.callee);
      for (const bundle of instruction.bundles) resolveAll(bundle.operands as Value[]);
    }
    for (const node of this.forwardMetadata) node.value = resolve(node.value);
  }

  // ---- instructions ----

  private base(type: Type, flags = 0): Omit<InstructionBase, 'records'> & { records: DebugRecord[] } {
    return { kind: 'instruction', type, name: null, block: this.block, location: null, attachments: [], records: [], flags };
  }

  /** Decodes the current record. */
  instruction(code: number, block: OpenBlock): OpenInstruction {
    this.block = block;
    const instruction = this.decode(code);
    // Records that end early or carry more than is known here are damaged or of another version.
    if (this.r.more()) this.r.fail(`${instruction.op} has operands that this reader does not know`);
    if (this.bundles.length > 0 && instruction.op !== 'call') this.r.fail('operand bundles without a call');
    return instruction as OpenInstruction;
  }

  private decode(code: number): Instruction {
    const { r } = this;
    switch (code) {
      case BINOP: {
        const a = this.typedValue(), b = this.value(a.type), op = binaryOp(r, a.type);
        return { ...this.base(a.type, r.optional()), op, operands: [a, b] };
      }
      case CAST: {
        const a = this.typedValue(), type = this.type(), op = r.choice(CAST_OPS, 'cast');
        return { ...this.base(type, r.optional()), op, operands: [a] };
      }
      case UNOP: {
        const a = this.typedValue();
        if (r.number() !== 0) r.fail('unknown unary operator');
        return { ...this.base(a.type, r.optional()), op: 'fneg', operands: [a] };
      }
      case FREEZE: { const a = this.typedValue(); return { ...this.base(a.type), op: 'freeze', operands: [a] }; }
      case GEP: return this.getElementPtr();
      case VSELECT: {
        const yes = this.typedValue(), no = this.value(yes.type), condition = this.typedValue();
        return { ...this.base(yes.type, r.optional()), op: 'select', operands: [condition, yes, no] };
      }
      case EXTRACTELT: case INSERTELT: case SHUFFLEVEC: return this.vectorInstruction(code);
      case EXTRACTVAL: case INSERTVAL: return this.aggregateInstruction(code);
      case CMP: case CMP2: return this.compare();
      case PHI: return this.phi();
      case VAARG: { const listType = this.type(), list = this.value(listType); return { ...this.base(this.type()), op: 'va_arg', operands: [list] }; }
      case CALL: return this.call();
      case RET: case BR: case SWITCH: case INDIRECTBR: case UNREACHABLE: return this.terminator(code);
      case ALLOCA: case LOAD: case LOADATOMIC: case STORE: case STOREATOMIC: case CMPXCHG: case ATOMICRMW: case FENCE: return this.memory(code);
      case CALLBR: return r.fail('asm goto is not supported');
      default: return r.fail(CATCH_FAMILY.has(code) ? 'exceptions are not supported' : `unsupported instruction record ${code}`);
    }
  }

  /** flags, source type, base, indices */
  private getElementPtr(): Instruction {
    const { r, context: { types } } = this, flags = gepFlags(r.number()), source = this.type(), operands: Value[] = [];
    while (r.more()) operands.push(this.typedValue());
    const base = operands[0] ?? r.fail('getelementptr without a pointer'), count = getElementPtrCount(operands);
    const type = count === null || base.type.kind === 'vector' ? base.type : types.vector(base.type, count);
    return { ...this.base(type), op: 'getelementptr', source, ...flags, operands };
  }

  private vectorInstruction(code: number): Instruction {
    const { r, context: { types } } = this, first = this.typedValue();
    const vector = first.type.kind === 'vector' ? first.type : r.fail(`a vector operation on ${first.type.kind}`);
    if (code === EXTRACTELT) return { ...this.base(vector.element), op: 'extractelement', operands: [first, this.typedValue()] };
    if (code === INSERTELT) {
      const element = this.value(vector.element);
      return { ...this.base(vector), op: 'insertelement', operands: [first, element, this.typedValue()] };
    }
    const second = this.value(vector), mask = this.typedValue();
    if (mask.type.kind !== 'vector') return r.fail('shufflevector with a bad mask');
    return { ...this.base(types.vector(vector.element, mask.type.count, mask.type.scalable)), op: 'shufflevector', operands: [first, second, mask] };
  }

  private aggregateInstruction(code: number): Instruction {
    const { r } = this, aggregate = this.typedValue();
    if (code === INSERTVAL) {
      const element = this.typedValue();
      return { ...this.base(aggregate.type), op: 'insertvalue', operands: [aggregate, element], indices: r.numbers() };
    }
    const indices = r.numbers(), type = memberType(aggregate.type, indices) ?? r.fail('extractvalue outside the aggregate');
    return { ...this.base(type), op: 'extractvalue', operands: [aggregate], indices };
  }

  /** left, right, predicate, flags? */
  private compare(): Instruction {
    const { r } = this, a = this.typedValue(), b = this.value(a.type), type = this.context.types.booleanLike(a.type);
    if (isFloat(a.type)) {
      const predicate = r.choice(FCMP, 'predicate');
      return { ...this.base(type, r.optional()), op: 'fcmp', predicate, operands: [a, b] };
    }
    const number = r.number(), predicate = ICMP[number - FIRST_ICMP] ?? r.fail(`unknown predicate ${number}`);
    return { ...this.base(type, r.optional()), op: 'icmp', predicate, operands: [a, b] };
  }

  /** type, (sign-rotated relative value, block)…, flags? */
  private phi(): Instruction {
    const { r } = this, type = this.type(), operands: Value[] = [], blocks: Block[] = [];
    while (r.left >= 2) {
      const id = this.context.values.length - Number(signedBig(r.operand()));
      if (id < 0 || id > 0xffff_ffff) r.fail(`there is no value ${id}`);
      operands.push(this.absolute(id, type));
      blocks.push(this.target());
    }
    return { ...this.base(type, r.optional()), op: 'phi', operands, blocks };
  }

  private terminator(code: number): Instruction {
    const { r, context: { types, values } } = this, base = this.base(types.void);
    switch (code) {
      case RET: return { ...base, op: 'ret', operands: r.more() ? [this.typedValue()] : [] };
      case BR: {
        const targets = [this.target()];
        if (!r.more()) return { ...base, op: 'br', operands: [], targets };
        targets.push(this.target());
        return { ...base, op: 'br', operands: [this.value(types.i1)], targets };
      }
      case SWITCH: { // type, selector, default, (absolute id of a constant, block)…
        const type = this.type(), selector = this.value(type), targets = [this.target()], cases: IntegerConstant[] = [];
        while (r.more()) {
          const value = values[r.number()];
          if (value?.kind !== 'integer') return r.fail('a case that is no integer');
          cases.push(value);
          targets.push(this.target());
        }
        return { ...base, op: 'switch', operands: [selector], cases, targets };
      }
      case INDIRECTBR: { const type = this.type(), address = this.value(type); return { ...base, op: 'indirectbr', operands: [address], targets: this.targets() }; }
      default: return { ...base, op: 'unreachable', operands: [] };
    }
  }

  private memory(code: number): Instruction {
    const { r, context: { types } } = this;
    switch (code) {
      case ALLOCA: { // type, type and absolute id of the count, packed: alignment in bits 0–4 and 8–10, 5 inalloca, 6 and 7 markers
        const allocated = this.type(), countType = this.type(), count = this.absolute(r.number(), countType), bits = r.number();
        if ((bits & 0x20) !== 0 || r.optional() !== 0) r.fail('unsupported kind of alloca');
        return { ...this.base(types.pointer), op: 'alloca', allocated, operands: [count], align: alignment(bits & 31 | (bits >> 8 & 7) << 5) };
      }
      case LOAD: case LOADATOMIC: {
        const pointer = this.typedValue(), type = this.type(), access = this.access();
        return { ...this.base(type), op: 'load', operands: [pointer], ...access, ...this.atomic(code === LOADATOMIC) };
      }
      case STORE: case STOREATOMIC: {
        const pointer = this.typedValue(), value = this.typedValue(), access = this.access();
        return { ...this.base(types.void), op: 'store', operands: [value, pointer], ...access, ...this.atomic(code === STOREATOMIC) };
      }
      case CMPXCHG: { // pointer, expected, new, volatile, ordering, scope, failure ordering, weak, alignment
        const pointer = this.typedValue(), expected = this.typedValue(), desired = this.value(expected.type), volatile = r.flag();
        const atomic = this.atomic(true), failure = r.choice(ORDERINGS, 'ordering'), weak = r.flag(), align = alignment(r.number());
        return { ...this.base(types.literalStruct([expected.type, types.i1])), op: 'cmpxchg', operands: [pointer, expected, desired], volatile, ...atomic, failure, weak, align };
      }
      case ATOMICRMW: { // pointer, value, operation, volatile, ordering, scope, alignment
        const pointer = this.typedValue(), value = this.typedValue(), operation = r.choice(RMW, 'atomic operation'), volatile = r.flag();
        const atomic = this.atomic(true);
        return { ...this.base(value.type), op: 'atomicrmw', operation, operands: [pointer, value], volatile, ...atomic, align: alignment(r.number()) };
      }
      default: return { ...this.base(types.void), op: 'fence', operands: [], ...this.atomic(true) };
    }
  }

  private access(): { align: number; volatile: boolean } { return { align: alignment(this.r.number()), volatile: this.r.flag() }; }

  private atomic(present: boolean): { ordering: AtomicOrdering; scope: string } {
    if (!present) return { ordering: 'not_atomic', scope: '' };
    const { r } = this, ordering = r.choice(ORDERINGS, 'ordering');
    return { ordering, scope: r.choice(this.context.syncScopes, 'synchronisation scope') };
  }

  /** attribute list, flags (0 tail, 1–10 calling convention, 14 musttail, 15 explicit type, 16 notail, 17 fast-math), fast-math flags?, type, callee, arguments */
  private call(): Instruction {
    const { r, context } = this;
    const attributes = attributeListAt(context.attributeLists, r.number()), bits = r.number();
    const flags = (bits & 1 << 17) !== 0 ? r.number() : 0;
    if ((bits & 1 << 15) === 0) r.fail('a call without its type');
    const functionType = context.types.functionAt(r.number()), callee = this.typedValue();
    const operands = functionType.parameters.map((type) => this.value(type));
    while (r.more()) operands.push(this.typedValue());
    const bundles = this.bundles;
    this.bundles = [];
    const tail = (bits & 1 << 14) !== 0 ? 'musttail' : (bits & 1 << 16) !== 0 ? 'notail' : (bits & 1) !== 0 ? 'tail' : 'none';
    return { ...this.base(functionType.result, flags), op: 'call', callee, operands, functionType, attributes, callingConvention: bits >> 1 & 0x3ff, tail, bundles };
  }
}
