/**
 * Growing bytes and reading them back: numbers as the image of a machine has them. Used by encode.ts and decode.ts only.
 *
 * Small integers take one to five bytes (LEB128 of the zigzag number), all other numbers eight.
 */
const FIRST_BYTES = 4096;

export class ByteWriter {
  private bytes = new Uint8Array(FIRST_BYTES);
  private view = new DataView(this.bytes.buffer);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** What was written, in bytes of their own; the writer begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.used);
    this.used = 0;
    return taken;
  }

  byte(value: number): void {
    if (this.used === this.bytes.length) this.reserve(1);
    this.bytes[this.used++] = value;
  }

  /** 0 to 2^32 − 1. */
  count(value: number): void {
    if (this.used + 5 > this.bytes.length) this.reserve(5);
    const { bytes } = this;
    let rest = value >>> 0;
    while (rest > 0x7f) {
      bytes[this.used++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.used++] = rest;
  }

  double(value: number): void {
    if (this.used + 8 > this.bytes.length) this.reserve(8);
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  block(block: Uint8Array): void {
    if (this.used + block.length > this.bytes.length) this.reserve(block.length);
    this.bytes.set(block, this.used);
    this.used += block.length;
  }

  private reserve(more: number): void {
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + more));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Bytes that are not those of an image: of a damaged or foreign file. */
export class ImageDamaged extends Error {
  constructor(what: string) {
    super(`the image of the machine is damaged: ${what}`);
    this.name = 'ImageDamaged';
  }
}

/** Bytes of a machine whose parts are not those of this version of Pagewise. */
export class ImageForeign extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'ImageForeign';
  }
}

export class ByteReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new ImageDamaged('it ends too early');
    return value;
  }

  count(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new ImageDamaged('a number is too long');
  }

  double(): number {
    if (this.at + 8 > this.bytes.length) throw new ImageDamaged('it ends too early');
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** A view of the next bytes. */
  block(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new ImageDamaged('it ends too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
