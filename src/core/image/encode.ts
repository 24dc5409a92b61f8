/**
 * The image of a machine's JavaScript state: every object that its roots reach, as bytes.
 *
 *   content   the members of the skeleton in the order of their numbers (opaque ones left out), then the dynamic objects
 *             in the order in which they were met; a value is a tag and what the tag says
 *   headers   of each dynamic object: what to make before anything is filled, so that references may go in any direction
 *   shapes    class and keys of objects; many objects share one
 *   strings   each once
 *
 * Objects are numbered: skeleton first, then dynamic ones. Externals are immutable graphs (programs) that the reader has
 * already. Shared objects are kept by reference: only images that stay in this process may have them.
 *
 * A function outside the skeleton or a class that nobody registered is a bug: `CannotImage`, with the way that led there. It is
 * the bug of whoever added the class, not of the run: a recording then ends, and a machine is not saved, but it runs on.
 */
import { ByteWriter } from './bytes';
import type { Externals } from './externals';
import { LARGE_BYTES } from './large-arrays';
import type { LargeArrays } from './large-arrays';
import type { ClassRegistry } from './registry';
import type { Skeleton } from './skeleton';

export const enum Tag { Undefined, Null, True, False, Int, NegativeInt, Double, Text, Big, NegativeBig, Ref, External }
export const enum Header { Object, Array, Map, Set, Words, StoreView, Shared }

/** Kinds of typed arrays, by number. */
export const ARRAY_TYPES = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array, BigUint64Array, BigInt64Array, DataView] as const;

export interface Shape { readonly name: string; readonly keys: readonly string[] }

export interface ObjectImage {
  readonly headers: Uint8Array;
  readonly content: Uint8Array;
  readonly shapes: readonly Shape[];
  readonly strings: readonly string[];
  /** How many objects there are beyond the skeleton. */
  readonly dynamicCount: number;
  /** Kept by reference. */
  readonly shared: readonly object[];
  /** Contents of large arrays, in the order in which they are filled (large-arrays.ts); null: they are in `content` as all others. */
  readonly pieces: readonly Uint8Array[] | null;
}

/** There is something in the machine that no image can hold; the message ("pass.computer holds a Foo, which …") has no full stop. */
export class CannotImage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotImage';
  }
}

/** `all`: its keys and those that images leave out. */
interface KnownShape extends Shape { readonly all: readonly string[]; readonly index: number }

/** Makes images; one that is used again shares its shapes and strings between them. */
export class ImageEncoder {
  private readonly content = new ByteWriter();
  private readonly headers = new ByteWriter();
  private readonly shapes: KnownShape[] = [];
  private readonly byPrototype = new Map<object, KnownShape[]>();
  private readonly strings: string[] = [];
  private readonly stringNumbers = new Map<string, number>();
  private numbers = new Map<object, number>();
  private queue: object[] = [];
  /** For messages: who led to each dynamic object. */
  private finders: number[] = [];
  private shared: object[] = [];
  private pieces: Uint8Array[] | null = null;
  private visiting = 0;

  constructor(
    private readonly skeleton: Skeleton, private readonly externals: Externals, private readonly registry: ClassRegistry,
    private readonly storeBuffer: ArrayBufferLike, private readonly large: LargeArrays | null = null,
  ) {}

  /** `isShared`: objects that are kept by reference. @throws CannotImage; another one can be made afterwards */
  encode(isShared: (value: object) => boolean = () => false): ObjectImage {
    const { skeleton } = this;
    this.headers.take();
    this.content.take();
    this.numbers = new Map(skeleton.numbers);
    this.queue = [];
    this.finders = [];
    this.shared = [];
    this.pieces = this.large === null ? null : [];
    skeleton.members.forEach((member, number) => {
      this.visiting = number;
      if (!skeleton.opaque.has(number)) this.writeContent(member);
    });
    for (let index = 0; index < this.queue.length; index++) {
      const value = this.queue[index] as object;
      this.visiting = this.finders[index] ?? 0;
      if (isShared(value)) {
        this.headers.byte(Header.Shared);
        this.headers.count(this.shared.length);
        this.shared.push(value);
      } else {
        const shape = this.writeHeader(value);
        this.visiting = skeleton.members.length + index;
        this.writeContent(value, shape);
      }
    }
    const image = { headers: this.headers.take(), content: this.content.take(), shapes: this.shapes, strings: this.strings, dynamicCount: this.queue.length, shared: this.shared, pieces: this.pieces };
    this.numbers = new Map();
    this.queue = [];
    return image;
  }

  /** Answers the shape of a plain object, so that it is looked for once. */
  private writeHeader(value: object): KnownShape | null {
    const { headers } = this;
    if (Array.isArray(value)) {
      headers.byte(Header.Array);
      headers.count(value.length);
    } else if (value instanceof Map) headers.byte(Header.Map);
    else if (value instanceof Set) headers.byte(Header.Set);
    else if (ArrayBuffer.isView(value)) {
      const type = ARRAY_TYPES.findIndex((each) => value instanceof each);
      const inStore = value.buffer === this.storeBuffer;
      if (type < 0 || (type === ARRAY_TYPES.length - 1 && !inStore)) throw this.bug(`a ${value.constructor.name}`);
      headers.byte(inStore ? Header.StoreView : Header.Words);
      headers.byte(type);
      if (inStore) headers.count(value.byteOffset);
      headers.count(value.byteLength);
    } else {
      const shape = this.shapeOf(value);
      // The class of a skeleton's member matters to nobody: construction makes it.
      if (shape.name === '') throw this.bug(`an object of class ${value.constructor.name}, which images do not know`);
      headers.byte(Header.Object);
      headers.count(shape.index);
      return shape;
    }
    return null;
  }

  private writeContent(value: object, known: KnownShape | null = null): void {
    const { content } = this;
    if (Array.isArray(value)) {
      content.count(value.length);
      for (let i = 0; i < value.length; i++) this.value(value[i]);
    } else if (value instanceof Map) {
      content.count(value.size);
      for (const [key, item] of value) { this.value(key); this.value(item); }
    } else if (value instanceof Set) {
      content.count(value.size);
      for (const item of value) this.value(item);
    } else if (ArrayBuffer.isView(value)) {
      if (value.buffer === this.storeBuffer) return;
      if (this.large !== null && value.byteLength >= LARGE_BYTES) this.pieces?.push(...this.large.keep(value));
      else content.block(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else {
      const shape = known ?? this.shapeOf(value);
      content.count(shape.index);
      const fields = value as Readonly<Record<string, unknown>>;
      for (const key of shape.keys) this.value(fields[key]);
    }
  }

  private value(value: unknown): void {
    const { content } = this;
    switch (typeof value) {
      case 'number': this.number(value); return;
      case 'undefined': content.byte(Tag.Undefined); return;
      case 'boolean': content.byte(value ? Tag.True : Tag.False); return;
      case 'string':
        content.byte(Tag.Text);
        content.count(this.stringNumber(value));
        return;
      case 'bigint': this.big(value); return;
      case 'object':
      case 'function':
        if (value === null) content.byte(Tag.Null);
        else this.reference(value);
        return;
      default: throw this.bug('a symbol');
    }
  }

  private number(value: number): void {
    const { content } = this;
    if (value >= 0 && value <= 0xffffffff && Number.isInteger(value) && !Object.is(value, -0)) {
      content.byte(Tag.Int);
      content.count(value);
    } else if (value < 0 && value >= -0xffffffff && Number.isInteger(value)) {
      content.byte(Tag.NegativeInt);
      content.count(-value);
    } else {
      content.byte(Tag.Double);
      content.double(value);
    }
  }

  private big(value: bigint): void {
    const { content } = this;
    content.byte(value < 0n ? Tag.NegativeBig : Tag.Big);
    const digits = (value < 0n ? -value : value).toString(16);
    content.count(digits.length);
    for (let i = 0; i < digits.length; i++) content.byte(digits.charCodeAt(i));
  }

  private reference(value: object): void {
    const { content } = this;
    const known = this.numbers.get(value);
    if (known !== undefined) {
      content.byte(Tag.Ref);
      content.count(known);
      return;
    }
    const external = this.externals.numberOf(value);
    if (external >= 0) {
      content.byte(Tag.External);
      content.count(external);
      return;
    }
    if (typeof value === 'function') throw this.bug(`a function (${value.name})`);
    const number = this.skeleton.members.length + this.queue.length;
    this.numbers.set(value, number);
    this.queue.push(value);
    this.finders.push(this.visiting);
    content.byte(Tag.Ref);
    content.count(number);
  }

  private shapeOf(value: object): KnownShape {
    const prototype = Object.getPrototypeOf(value) as object | null ?? Object.prototype;
    const keys = Object.keys(value);
    let known = this.byPrototype.get(prototype);
    if (known === undefined) {
      known = [];
      this.byPrototype.set(prototype, known);
    }
    const found = known.find((shape) => isSame(shape.all, keys));
    return found ?? this.newShape(prototype, keys, known);
  }

  private newShape(prototype: object, keys: readonly string[], known: KnownShape[]): KnownShape {
    const name = prototype === Object.prototype ? 'Object' : this.registry.nameOf(prototype) ?? '';
    const leaves = this.registry.leavesOf(name);
    const shape = { name, keys: leaves === undefined ? keys : keys.filter((key) => !leaves.has(key)), all: keys, index: this.shapes.length };
    this.shapes.push(shape);
    known.push(shape);
    return shape;
  }

  private stringNumber(text: string): number {
    let number = this.stringNumbers.get(text);
    if (number === undefined) {
      number = this.strings.length;
      this.strings.push(text);
      this.stringNumbers.set(text, number);
    }
    return number;
  }

  private bug(what: string): Error {
    const way: string[] = [];
    let at = this.visiting;
    while (at >= this.skeleton.members.length) {
      const value = this.queue[at - this.skeleton.members.length];
      way.push(value?.constructor.name ?? '?');
      at = this.finders[at - this.skeleton.members.length] ?? 0;
    }
    way.push(this.skeleton.path(at));
    return new CannotImage(`${way.reverse().join(' → ')} holds ${what}`);
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
