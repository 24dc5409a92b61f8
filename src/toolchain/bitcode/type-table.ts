/**
 * The type table (TYPE_BLOCK_ID_NEW).
 *
 * Types are made unique while they are read: equal types are one object, and types that instructions compute (i1 of a
 * comparison, {T, i1} of a cmpxchg) come from the same store. With opaque pointers a type can only mention earlier
 * ones, so the table is acyclic by construction, and no type may be larger than the address space.
 */
import type { BitstreamCursor } from './bitstream';
import { BitcodeError, type ArrayType, type FloatKind, type FunctionType, type IntegerType, type PointerType, type SimpleType, type StructType, type Type, type VectorType } from './module';
import { MAX_INTEGER_WIDTH, RecordReader } from './record';

const SIMPLE: Readonly<Record<number, SimpleType['kind']>> = { 2: 'void', 5: 'label', 16: 'metadata', 22: 'token', 24: 'x86_amx' };
const FLOATS: Readonly<Record<number, FloatKind>> = { 3: 'float', 4: 'double', 10: 'half', 13: 'x86_fp80', 14: 'fp128', 15: 'ppc_fp128', 23: 'bfloat' };
const NUMENTRY = 1, OPAQUE = 6, INTEGER = 7, ARRAY = 11, VECTOR = 12, STRUCT_ANONYMOUS = 18, STRUCT_NAME = 19,
  STRUCT_NAMED = 20, FUNCTION = 21, OPAQUE_POINTER = 25;

const FLOAT_BYTES: Readonly<Record<FloatKind, number>> = { half: 2, bfloat: 2, float: 4, double: 8, x86_fp80: 16, fp128: 16, ppc_fp128: 16 };
const MAX_BYTES = 2 ** 47;

/** True for the floating-point types and vectors of them. */
export function isFloat(type: Type): boolean {
  return (type.kind === 'vector' ? type.element : type).kind in FLOAT_BYTES;
}

/** The type itself, or the element type of a vector. */
export function scalarOf(type: Type): Type {
  return type.kind === 'vector' ? type.element : type;
}

/** A value of this type can be held in a register or in memory. */
export function isFirstClass(type: Type): boolean {
  return type.kind !== 'void' && type.kind !== 'function' && type.kind !== 'label' && type.kind !== 'metadata';
}

export class TypeTable {
  /** By id, as the file numbers them. */
  readonly list: Type[] = [];
  private readonly unique = new Map<string, Type>();
  private readonly numbers = new Map<Type, number>();
  private readonly sizes = new Map<Type, number>();

  at(id: number): Type {
    const type = this.list[id];
    if (!type) throw new BitcodeError(`types: there is no type ${id}`);
    return type;
  }

  /** A function type. */
  functionAt(id: number): FunctionType {
    const type = this.at(id);
    if (type.kind !== 'function') throw new BitcodeError(`types: type ${id} is not a function type`);
    return type;
  }

  get void(): SimpleType { return this.intern('void', { kind: 'void' }); }
  get pointer(): PointerType { return this.intern('p0', { kind: 'pointer', addressSpace: 0 }); }
  get i1(): IntegerType { return this.integer(1); }

  simple(kind: SimpleType['kind']): SimpleType { return this.intern(kind, { kind }); }
  float(kind: FloatKind): Type { return this.intern(kind, { kind }); }
  pointerIn(addressSpace: number): PointerType { return this.intern(`p${addressSpace}`, { kind: 'pointer', addressSpace }); }

  integer(width: number): IntegerType {
    if (width < 1 || width > MAX_INTEGER_WIDTH) throw new BitcodeError(`types: integers of ${width} bits do not exist`);
    return this.intern(`i${width}`, { kind: 'integer', width });
  }

  array(element: Type, count: number): ArrayType {
    this.checkElement(element);
    return this.intern(`a${count},${this.number(element)}`, { kind: 'array', count, element });
  }

  vector(element: Type, count: number, scalable = false): VectorType {
    if (!['integer', 'pointer'].includes(element.kind) && !isFloat(element)) throw new BitcodeError(`types: vectors of ${element.kind} do not exist`);
    if (element.kind === 'vector' || count === 0 || count > 0xffff_ffff) throw new BitcodeError(`types: impossible vector of ${count} elements`);
    return this.intern(`v${count},${this.number(element)},${scalable}`, { kind: 'vector', count, element, scalable });
  }

  literalStruct(elements: readonly Type[], packed = false): StructType {
    for (const element of elements) this.checkElement(element);
    return this.intern(`s${packed},${elements.map((e) => this.number(e)).join()}`, { kind: 'struct', name: null, packed, opaque: false, elements });
  }

  function(result: Type, parameters: readonly Type[], varargs: boolean): FunctionType {
    for (const type of [result, ...parameters])
      if (type.kind === 'function' || type.kind === 'label') throw new BitcodeError(`types: a function cannot take or return a ${type.kind}`);
    if (parameters.some((p) => p.kind === 'void')) throw new BitcodeError('types: a parameter cannot be void');
    return this.intern(`f${varargs},${[result, ...parameters].map((t) => this.number(t)).join()}`, { kind: 'function', varargs, result, parameters });
  }

  /** i1, or a vector of i1 shaped like the operand. */
  booleanLike(type: Type): Type {
    return type.kind === 'vector' ? this.vector(this.i1, type.count, type.scalable) : this.i1;
  }

  /** Named structs are distinct from each other; everything else goes through the makers above. */
  addNamedStruct(type: StructType): StructType {
    for (const element of type.elements) this.checkElement(element);
    return this.register(type);
  }

  private checkElement(type: Type): void {
    if (!isFirstClass(type)) throw new BitcodeError(`types: an aggregate cannot hold ${type.kind}`);
  }

  private number(type: Type): number { return this.numbers.get(type)!; }

  private intern<T extends Type>(key: string, type: T): T {
    const known = this.unique.get(key);
    if (known) return known as T;
    this.unique.set(key, type);
    return this.register(type);
  }

  private register<T extends Type>(type: T): T {
    const bytes = this.sizeBound(type);
    if (bytes > MAX_BYTES) throw new BitcodeError('types: a type is larger than the address space');
    this.numbers.set(type, this.numbers.size);
    this.sizes.set(type, bytes);
    return type;
  }

  /** Bytes that the type takes at most, alignment aside. */
  private sizeBound(type: Type): number {
    switch (type.kind) {
      case 'integer': return type.width / 8;
      case 'pointer': return 8;
      case 'array': case 'vector': return type.count * Math.max(this.sizes.get(type.element)!, 1 / 8);
      case 'struct': return type.elements.reduce((sum, e) => sum + this.sizes.get(e)!, 0);
      case 'function': case 'void': case 'label': case 'metadata': case 'token': case 'x86_amx': return 0;
      default: return FLOAT_BYTES[type.kind];
    }
  }
}

export function readTypes(cursor: BitstreamCursor): TypeTable {
  const table = new TypeTable(), record = new RecordReader();
  let name: string | null = null;
  const types = (ids: readonly number[]): Type[] => ids.map((id) => table.at(id));
  const takeName = (): string => {
    const taken = name;
    name = null;
    return taken ?? record.fail('a named struct has no name');
  };
  cursor.forEachRecord(() => {
    const { code } = cursor, r = record.start('types', cursor.operands);
    const simple = SIMPLE[code], float = FLOATS[code];
    if (simple) { table.list.push(table.simple(simple)); return; }
    if (float) { table.list.push(table.float(float)); return; }
    switch (code) {
      case NUMENTRY: return;
      case STRUCT_NAME: name = r.text(); return;
      case INTEGER: table.list.push(table.integer(r.number())); return;
      case OPAQUE_POINTER: table.list.push(table.pointerIn(r.number())); return;
      case ARRAY: { const count = r.number(); table.list.push(table.array(table.at(r.number()), count)); return; }
      case VECTOR: { const count = r.number(), element = table.at(r.number()); table.list.push(table.vector(element, count, r.optional() !== 0)); return; }
      case OPAQUE: table.list.push(table.addNamedStruct({ kind: 'struct', name: takeName(), packed: false, opaque: true, elements: [] })); return;
      case STRUCT_NAMED: {
        const packed = r.flag();
        table.list.push(table.addNamedStruct({ kind: 'struct', name: takeName(), packed, opaque: false, elements: types(r.numbers()) }));
        return;
      }
      case STRUCT_ANONYMOUS: { const packed = r.flag(); table.list.push(table.literalStruct(types(r.numbers()), packed)); return; }
      case FUNCTION: { const varargs = r.flag(), result = table.at(r.number()); table.list.push(table.function(result, types(r.numbers()), varargs)); return; }
      default: r.fail(`unsupported type record ${code}`);
    }
  });
  return table;
}
