/**
 * The bitstream container: blocks, abbreviations and records (LLVM's "Bitcode file format" document).
 *
 * A stream is a sequence of abbreviation ids of a width fixed per block. Ids 0 to 3 are built in (end of block, enter
 * sub-block, define abbreviation, unabbreviated record); ids from 4 up name an abbreviation defined in the block itself
 * or, for its block id, in BLOCKINFO.
 *
 * Damage is expected: every count is checked against the bits that are left before anything is allocated, so reading
 * takes time and memory linear in the size of the file, and each problem is a BitcodeError.
 */
import { BitcodeError } from './module';

/** A record operand: a number up to 2^53, a bigint beyond, unsigned, at most 64 bits. */
export type Operand = number | bigint;

const END_BLOCK = 0, ENTER_SUBBLOCK = 1, DEFINE_ABBREVIATION = 2, UNABBREVIATED_RECORD = 3;
const BLOCKINFO_BLOCK = 0, SETBID = 1;
const LITERAL = 0, FIXED = 1, VBR = 2, ARRAY = 3, CHAR6 = 4, BLOB = 5;
/** Far above what LLVM writes; they keep the work per bit of a damaged file small. */
const MAX_ABBREVIATIONS = 1024, MAX_FIELDS = 64;
const CHAR6_CODES = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._'].map((c) => c.charCodeAt(0));

export class BitReader {
  constructor(readonly bytes: Uint8Array, public position = 0, readonly endBit = bytes.length * 8) {}

  /** Up to 32 bits, unsigned. */
  fixed(width: number): number {
    if (width === 0) return 0;
    const { bytes, position } = this;
    const byte = position / 8 | 0, shift = position & 7;
    this.position = position + width;
    if (this.position > this.endBit) throw new BitcodeError('bitstream: the file ends in the middle of a record');
    let value = (bytes[byte]! | bytes[byte + 1]! << 8 | bytes[byte + 2]! << 16 | bytes[byte + 3]! << 24) >>> shift;
    if (width + shift > 32) value |= bytes[byte + 4]! << 32 - shift;
    return width === 32 ? value >>> 0 : (value & (1 << width) - 1) >>> 0;
  }

  /** Up to 64 bits. */
  fixedWide(width: number): Operand {
    if (width <= 32) return this.fixed(width);
    const low = this.fixed(32), high = this.fixed(width - 32);
    return high < 0x200000 ? high * 0x1_0000_0000 + low : BigInt(high) << 32n | BigInt(low);
  }

  /** Variable bit rate: chunks of width - 1 bits, lowest first, each with a continuation bit on top. */
  vbr(width: number): Operand {
    const more = 2 ** (width - 1);
    let chunk = this.fixed(width);
    if (chunk < more) return chunk;
    const step = width - 1;
    let value = chunk - more, shift = step;
    while (shift + step <= 31) {
      chunk = this.fixed(width);
      if (chunk < more) return value | chunk << shift;
      value |= chunk - more << shift;
      shift += step;
    }
    return this.vbrWide(width, value, shift);
  }

  private vbrWide(width: number, start: number, startShift: number): Operand {
    const more = 2 ** (width - 1), step = width - 1;
    let value: Operand = start, shift = startShift;
    for (;;) {
      const chunk = this.fixed(width), bits = chunk >= more ? chunk - more : chunk;
      if (shift >= 64) throw new BitcodeError('bitstream: a number is longer than 64 bits');
      if (typeof value === 'number' && shift + step <= 53) value += bits * 2 ** shift;
      else if (bits !== 0) value = BigInt(value) + (BigInt(bits) << BigInt(shift));
      if (chunk < more) break;
      shift += step;
    }
    if (typeof value === 'number') return value;
    const wide = BigInt.asUintN(64, value);
    return wide <= 0x1f_ffff_ffff_ffffn ? Number(wide) : wide;
  }

  /** A count, an id or a width: a VBR that must be a plain number. */
  count(width: number): number {
    const value = this.vbr(width);
    if (typeof value === 'bigint' || value > 0xffff_ffff) throw new BitcodeError(`bitstream: impossible count ${value}`);
    return value;
  }

  align32(): void {
    this.position = Math.ceil(this.position / 32) * 32;
  }
}

/** One field of an abbreviation. */
interface Field { readonly kind: number; readonly value: number }
type Abbreviation = readonly Field[];

export const ENTRY_END = 0, ENTRY_BLOCK = 1, ENTRY_RECORD = 2;

/**
 * Walks one stream. `next()` returns the kind of the next entry. After ENTRY_RECORD, `code`, `operands` and `blob`
 * hold the record; ENTRY_BLOCK is answered by either enterBlock() or skipBlock() for the block `blockId`.
 */
export class BitstreamCursor extends BitReader {
  blockId = -1;
  code = 0;
  operands: Operand[] = [];
  blob: Uint8Array | null = null;
  private abbreviationWidth = 2;
  private abbreviations: Abbreviation[] = [];
  private readonly outer: { width: number; abbreviations: Abbreviation[]; end: number }[] = [];
  private readonly blockInfo = new Map<number, Abbreviation[]>();

  next(): typeof ENTRY_END | typeof ENTRY_BLOCK | typeof ENTRY_RECORD {
    for (;;) {
      const id = this.fixed(this.abbreviationWidth);
      switch (id) {
        case END_BLOCK: this.leaveBlock(); return ENTRY_END;
        case ENTER_SUBBLOCK:
          this.blockId = this.count(8);
          if (this.blockId !== BLOCKINFO_BLOCK) return ENTRY_BLOCK;
          this.readBlockInfo();
          continue;
        case DEFINE_ABBREVIATION: this.defineAbbreviation(this.abbreviations); continue;
        default: this.readRecord(id); return ENTRY_RECORD;
      }
    }
  }

  /** Enters the block and returns its length in bits: a bound for any count inside it. */
  enterBlock(): number {
    const { width, bits } = this.blockHeader();
    this.outer.push({ width: this.abbreviationWidth, abbreviations: this.abbreviations, end: this.position + bits });
    this.abbreviationWidth = width;
    this.abbreviations = this.blockInfo.get(this.blockId)?.slice() ?? [];
    return bits;
  }

  skipBlock(): void {
    const { bits } = this.blockHeader();
    this.position += bits;
  }

  /** Reads a block whose records matter only by code and operands; sub-blocks in it are skipped. */
  forEachRecord(visit: () => void): void {
    this.enterBlock();
    for (;;) {
      const entry = this.next();
      if (entry === ENTRY_END) return;
      if (entry === ENTRY_BLOCK) this.skipBlock();
      else visit();
    }
  }

  private blockHeader(): { width: number; bits: number } {
    const width = this.count(4);
    this.align32();
    const bits = this.fixed(32) * 32;
    if (width < 2 || width > 32) throw new BitcodeError(`bitstream: block ${this.blockId} has abbreviation ids of ${width} bits`);
    if (this.position + bits > this.endBit) throw new BitcodeError(`bitstream: block ${this.blockId} is longer than the file`);
    return { width, bits };
  }

  private leaveBlock(): void {
    this.align32();
    const outer = this.outer.pop();
    if (!outer) throw new BitcodeError('bitstream: end of a block outside any block');
    if (outer.end !== this.position) throw new BitcodeError('bitstream: a block does not end where its header says');
    this.abbreviationWidth = outer.width;
    this.abbreviations = outer.abbreviations;
  }

  private readBlockInfo(): void {
    this.enterBlock();
    let target: Abbreviation[] | null = null;
    for (;;) {
      const id = this.fixed(this.abbreviationWidth);
      if (id === END_BLOCK) return this.leaveBlock();
      if (id === ENTER_SUBBLOCK) { this.blockId = this.count(8); this.skipBlock(); continue; }
      if (id === DEFINE_ABBREVIATION) {
        if (!target) throw new BitcodeError('bitstream: an abbreviation in BLOCKINFO belongs to no block');
        this.defineAbbreviation(target);
        continue;
      }
      this.readRecord(id);
      if (this.code !== SETBID) continue;
      const block = this.operands[0];
      if (typeof block !== 'number') throw new BitcodeError('bitstream: bad SETBID record');
      target = this.blockInfo.get(block) ?? [];
      this.blockInfo.set(block, target);
    }
  }

  private defineAbbreviation(list: Abbreviation[]): void {
    if (list.length === MAX_ABBREVIATIONS) throw new BitcodeError('bitstream: too many abbreviations');
    list.push(this.readAbbreviation());
  }

  private readAbbreviation(): Abbreviation {
    const count = this.count(5), fields: Field[] = [];
    if (count > MAX_FIELDS) throw new BitcodeError(`bitstream: an abbreviation has ${count} fields`);
    for (let i = 0; i < count; i++) {
      if (this.fixed(1)) { fields.push({ kind: LITERAL, value: this.count(8) }); continue; }
      const kind = this.fixed(3);
      if (kind === FIXED || kind === VBR) {
        const width = this.count(5);
        if (width > (kind === FIXED ? 64 : 32) || (kind === VBR && width === 1)) throw new BitcodeError(`bitstream: an abbreviation has a field of ${width} bits`);
        fields.push(width === 0 ? { kind: LITERAL, value: 0 } : { kind, value: width });
      } else if (kind === ARRAY || kind === CHAR6 || kind === BLOB) fields.push({ kind, value: 0 });
      else throw new BitcodeError(`bitstream: unknown kind ${kind} of abbreviation field`);
    }
    checkAbbreviation(fields);
    return fields;
  }

  private scalar(field: Field): Operand {
    switch (field.kind) {
      case LITERAL: return field.value;
      case FIXED: return field.value <= 32 ? this.fixed(field.value) : this.fixedWide(field.value);
      case VBR: return this.vbr(field.value);
      default: return CHAR6_CODES[this.fixed(6)]!;
    }
  }

  private readRecord(id: number): void {
    const operands: Operand[] = this.operands = [];
    this.blob = null;
    if (id === UNABBREVIATED_RECORD) {
      this.code = this.count(6);
      const count = this.boundedCount(6);
      for (let i = 0; i < count; i++) operands.push(this.vbr(6));
      return;
    }
    const fields = this.abbreviations[id - 4];
    if (!fields) throw new BitcodeError(`bitstream: unknown abbreviation ${id} in block ${this.blockId}`);
    const code = this.scalar(fields[0]!);
    if (typeof code === 'bigint') throw new BitcodeError(`bitstream: impossible record code ${code}`);
    this.code = code;
    for (let i = 1; i < fields.length; i++) {
      const field = fields[i]!;
      if (field.kind === ARRAY) {
        const count = this.boundedCount(6), element = fields[i + 1]!;
        for (let j = 0; j < count; j++) operands.push(this.scalar(element));
        return;
      }
      if (field.kind === BLOB) return this.readBlob();
      operands.push(this.scalar(field));
    }
  }

  private readBlob(): void {
    const count = this.count(6);
    this.align32();
    if (this.position + count * 8 > this.endBit) throw new BitcodeError('bitstream: a blob is longer than the file');
    const start = this.position / 8;
    this.blob = this.bytes.subarray(start, start + count);
    this.position += count * 8;
    this.align32();
  }

  /** A number of items of at least one bit each. */
  private boundedCount(width: number): number {
    const count = this.count(width);
    if (count > this.endBit - this.position) throw new BitcodeError(`bitstream: ${count} operands do not fit into the file`);
    return count;
  }
}

/** An array stands second to last with a scalar of at least one bit after it, a blob last; the code is a scalar. */
function checkAbbreviation(fields: Abbreviation): void {
  const n = fields.length;
  const bad = fields.some(({ kind }, i) => {
    if (kind === ARRAY) return i === 0 || i !== n - 2 || [LITERAL, ARRAY, BLOB].includes(fields[n - 1]!.kind);
    return kind === BLOB && (i === 0 || i !== n - 1);
  });
  if (n === 0 || bad) throw new BitcodeError('bitstream: malformed abbreviation');
}
