/** One record's operands, read in order with every access checked, and the decodings that several blocks share. */
import type { Operand } from './bitstream';
import { BitcodeError } from './module';

/** Largest width of LLVM's integer types. */
export const MAX_INTEGER_WIDTH = 1 << 23;

const decoder = new TextDecoder();

export function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Sign-rotated: bit 0 is the sign, the rest the magnitude; 1 alone means the minimum. */
export function signedBig(operand: Operand): bigint {
  const value = BigInt(operand);
  if ((value & 1n) === 0n) return value >> 1n;
  return value === 1n ? -(1n << 63n) : -(value >> 1n);
}

/** An integer of `width` bits from sign-rotated 64-bit words, lowest first. Linear time. */
export function wideInteger(words: readonly Operand[], width: number): bigint {
  let hex = '';
  for (let i = words.length - 1; i >= 0; i--) hex += BigInt.asUintN(64, signedBig(words[i]!)).toString(16).padStart(16, '0');
  return BigInt.asIntN(width, hex === '' ? 0n : BigInt('0x' + hex));
}

/** Alignments are stored as log2 + 1, 0 for none. */
export function alignment(encoded: number): number {
  if (encoded > 33) throw new BitcodeError(`bitcode: impossible alignment 2^${encoded - 1}`);
  return encoded === 0 ? 0 : 2 ** (encoded - 1);
}

export class RecordReader {
  private operands: readonly Operand[] = [];
  private next = 0;
  private where = '';

  /** `where` names the record in messages. */
  start(where: string, operands: readonly Operand[]): this {
    this.where = where;
    this.operands = operands;
    this.next = 0;
    return this;
  }

  fail(message: string): never {
    throw new BitcodeError(`${this.where}: ${message}`);
  }

  get length(): number { return this.operands.length; }
  get left(): number { return this.operands.length - this.next; }
  more(): boolean { return this.next < this.operands.length; }

  operand(): Operand {
    if (this.next >= this.operands.length) this.fail('the record is too short');
    return this.operands[this.next++]!;
  }

  number(): number {
    const value = this.operand();
    return typeof value === 'number' ? value : this.fail(`${value} is out of range`);
  }

  /** A number that older writers leave out. */
  optional(): number { return this.more() ? this.number() : 0; }
  flag(): boolean { return this.number() !== 0; }
  big(): bigint { return BigInt(this.operand()); }
  signed(): bigint { return signedBig(this.operand()); }
  rest(): readonly Operand[] {
    const from = this.next;
    this.next = this.operands.length;
    return this.operands.slice(from);
  }

  take(count: number): readonly Operand[] {
    if (count > this.left) this.fail('the record is too short');
    this.next += count;
    return this.operands.slice(this.next - count, this.next);
  }

  numbers(): number[] {
    const list: number[] = [];
    while (this.more()) list.push(this.number());
    return list;
  }

  private byte(): number {
    const value = this.number();
    return value <= 255 ? value : this.fail(`${value} is not a character`);
  }

  bytes(count: number): Uint8Array {
    if (count > this.left) this.fail('the record is too short');
    const result = new Uint8Array(count);
    for (let i = 0; i < count; i++) result[i] = this.byte();
    return result;
  }

  text(count = this.left): string { return utf8(this.bytes(count)); }

  /** Characters up to a zero. */
  zeroTerminated(): string {
    const characters: number[] = [];
    for (;;) {
      const c = this.byte();
      if (c === 0) return utf8(Uint8Array.from(characters));
      characters.push(c);
    }
  }

  /** One of `names`, by number. */
  choice<T>(names: readonly (T | undefined)[], what: string): T {
    const number = this.number(), name = names[number];
    return name === undefined ? this.fail(`unknown ${what} ${number}`) : name;
  }
}
