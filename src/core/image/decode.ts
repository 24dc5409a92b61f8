/**
 * Puts a machine into the state of an image (encode.ts): makes the dynamic objects, then fills them and the members of the
 * skeleton, which stay the objects that they are. Throws `ImageDamaged` for bytes that no encoder made; the machine is then
 * half filled and must be thrown away, so bytes from a file are for a machine of their own.
 */
import { ByteReader, ImageDamaged, ImageForeign } from './bytes';
import { ARRAY_TYPES, Header, Tag } from './encode';
import type { ObjectImage, Shape } from './encode';
import type { Externals } from './externals';
import { LARGE_BYTES } from './large-arrays';
import type { LargeArrays } from './large-arrays';
import type { ClassRegistry } from './registry';
import type { Skeleton } from './skeleton';

type Fields = Record<string, unknown>;
type ArrayMaker = new (buffer: ArrayBufferLike, offset: number, length: number) => object;

export class ImageDecoder {
  private content = new ByteReader(new Uint8Array());
  private objects: object[] = [];
  private shapes: readonly Shape[] = [];
  private strings: readonly string[] = [];
  /** Bytes of arrays that may still be made: together they are in the content. */
  private wordsLeft = 0;
  private isNew = false;
  /** Of large arrays, which lie beside the content; null: all is in the content. */
  private pieces: readonly Uint8Array[] | null = null;
  private nextPiece = 0;

  constructor(
    private readonly skeleton: Skeleton, private readonly externals: Externals, private readonly registry: ClassRegistry,
    private readonly storeBuffer: ArrayBufferLike, private readonly large: LargeArrays | null = null,
  ) {}

  /**
   * `foreign`: members of the skeleton as the image numbers them, for one that another machine has made. This machine is new then, and
   * every field that its construction made must be in the image.
   */
  decode(image: ObjectImage, foreign: Pick<Skeleton, 'members' | 'opaque'> | null = null): void {
    const { members, opaque } = foreign ?? this.skeleton;
    this.isNew = foreign !== null;
    this.content = new ByteReader(image.content);
    this.shapes = image.shapes;
    this.strings = image.strings;
    this.wordsLeft = image.content.length;
    this.pieces = this.large === null ? null : image.pieces;
    this.nextPiece = 0;
    this.objects = [...members];
    const shared = this.makeObjects(image);
    for (let number = 0; number < this.objects.length; number++) {
      if (!opaque.has(number) && !shared.has(number)) this.fill(this.objects[number] as object, number < members.length);
    }
    if (!this.content.isAtEnd) throw new ImageDamaged('there is more than its objects need');
    this.objects = [];
  }

  /** Answers the numbers of those that are shared, and so complete. */
  private makeObjects(image: ObjectImage): ReadonlySet<number> {
    const headers = new ByteReader(image.headers);
    const shared = new Set<number>();
    for (let i = 0; i < image.dynamicCount; i++) {
      const kind: Header = headers.byte();
      if (kind === Header.Shared) shared.add(this.objects.length);
      this.objects.push(this.make(kind, headers, image));
    }
    if (!headers.isAtEnd) throw new ImageDamaged('it has more headers than objects');
    return shared;
  }

  private make(kind: Header, headers: ByteReader, image: ObjectImage): object {
    switch (kind) {
      case Header.Array: { headers.count(); return []; }
      case Header.Map: return new Map();
      case Header.Set: return new Set();
      case Header.Words:
      case Header.StoreView: {
        const type = ARRAY_TYPES[headers.byte()];
        if (type === undefined) throw new ImageDamaged('unknown kind of array');
        const maker = type as ArrayMaker;
        const size = 'BYTES_PER_ELEMENT' in type ? type.BYTES_PER_ELEMENT : 1;
        const offset = kind === Header.StoreView ? headers.count() : 0;
        const length = headers.count();
        if (length % size !== 0 || offset % size !== 0) throw new ImageDamaged('an array ends within an element');
        if (kind === Header.Words) {
          if (this.pieces === null || length < LARGE_BYTES) this.wordsLeft -= length;
          if (this.wordsLeft < 0) throw new ImageDamaged('its arrays are larger than all of it');
          return new maker(new ArrayBuffer(length), 0, length / size);
        }
        if (offset + length > this.storeBuffer.byteLength) throw new ImageDamaged('a view beyond the store');
        return new maker(this.storeBuffer, offset, length / size);
      }
      case Header.Shared: {
        const value = image.shared[headers.count()];
        if (value === undefined) throw new ImageDamaged('a shared object is missing');
        return value;
      }
      case Header.Object: {
        const name = this.shape(headers.count()).name;
        if (name === 'Object') return {};
        const prototype = this.registry.prototypeOf(name);
        if (prototype === undefined) throw new ImageForeign(`it has an object of class ${name}, which this version of Pagewise does not have`);
        return Object.create(prototype) as object;
      }
      default: throw new ImageDamaged('unknown kind of object');
    }
  }

  private fill(value: object, isMember: boolean): void {
    const { content } = this;
    if (Array.isArray(value)) {
      const length = content.count();
      value.length = 0;
      for (let i = 0; i < length; i++) value.push(this.value());
    } else if (value instanceof Map) {
      value.clear();
      for (let left = content.count(); left > 0; left--) {
        const key = this.value();
        value.set(key, this.value());
      }
    } else if (value instanceof Set) {
      value.clear();
      for (let left = content.count(); left > 0; left--) value.add(this.value());
    } else if (ArrayBuffer.isView(value)) {
      if (value.buffer === this.storeBuffer) return;
      if (this.large !== null && this.pieces !== null && value.byteLength >= LARGE_BYTES) this.nextPiece += this.large.fill(value, this.pieces, this.nextPiece);
      else new Uint8Array(value.buffer, value.byteOffset, value.byteLength).set(content.block(value.byteLength));
    } else this.fillObject(value as Fields, isMember);
  }

  private fillObject(value: Fields, isMember: boolean): void {
    const { keys } = this.shape(this.content.count());
    for (const key of keys) {
      const next = this.value();
      // Equal values are not written: configurations are frozen by those who gave them.
      if (!isMember || !Object.is(value[key], next)) value[key] = next;
    }
    if (!isMember) return;
    const left = this.registry.leavesOf(this.registry.nameOf(Object.getPrototypeOf(value) as object) ?? '');
    const present = Object.keys(value);
    if (present.length === keys.length) return;
    const known = new Set(keys);
    for (const key of present) {
      if (known.has(key) || left?.has(key) === true) continue;
      if (this.isNew) throw new ImageForeign(`its part "${this.skeleton.path(this.skeleton.numbers.get(value) ?? 0)}" lacks "${key}", which this version of Pagewise has`);
      Reflect.deleteProperty(value, key);
    }
  }

  private value(): unknown {
    const { content } = this;
    const tag: Tag = content.byte();
    switch (tag) {
      case Tag.Undefined: return undefined;
      case Tag.Null: return null;
      case Tag.True: return true;
      case Tag.False: return false;
      case Tag.Int: return content.count();
      case Tag.NegativeInt: return -content.count();
      case Tag.Double: return content.double();
      case Tag.Text: {
        const text = this.strings[content.count()];
        if (text === undefined) throw new ImageDamaged('a text is missing');
        return text;
      }
      case Tag.Big: return this.big();
      case Tag.NegativeBig: return -this.big();
      case Tag.Ref: {
        const value = this.objects[content.count()];
        if (value === undefined) throw new ImageDamaged('a reference leads nowhere');
        return value;
      }
      case Tag.External: {
        const value = this.externals.at(content.count());
        if (value === undefined) throw new ImageDamaged('a reference into programs leads nowhere');
        return value;
      }
      default: throw new ImageDamaged('unknown kind of value');
    }
  }

  private big(): bigint {
    const digits = this.content.block(this.content.count());
    let value = 0n;
    for (const digit of digits) {
      const nibble = digit <= 57 ? digit - 48 : digit - 87;
      if (nibble < 0 || nibble > 15) throw new ImageDamaged('a number has a wrong digit');
      value = (value << 4n) | BigInt(nibble);
    }
    return value;
  }

  private shape(index: number): Shape {
    const shape = this.shapes[index];
    if (shape === undefined) throw new ImageDamaged('a shape is missing');
    return shape;
  }
}
