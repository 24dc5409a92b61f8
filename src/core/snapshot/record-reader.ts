/**
 * Records, blocks and the chain of a snapshot file as they are checked (format.ts). Used by the reader.
 *
 * The file is seen through a window in room A of the codec's memory; what `take` and `block` answer is valid until the next call.
 * Everything here throws SnapshotDamage when the file is not what it should be.
 */
import { NO_SEED } from './codec';
import type { Checksum, SnapshotCodec } from './codec';
import { BLOCK_BYTES, CODEC_A, CODEC_A_BYTES, CODEC_B } from './codec-layout';
import { damaged } from './damage';
import { BLOCK_RECORD_BYTES, BlockMethod, CHAIN_BYTES, MARK_BLOCK, NAME_AT, NAME_BYTES } from './format';
import type { BlockContent } from './format';

const TWO_32 = 4294967296;

/** A file that can be read at any place. */
export interface SnapshotSource {
  readonly sizeBytes: number;
  /** Fills `into` from `offset` on; answers how many bytes there were. What it throws comes out of the reader's `step`. */
  read(offset: number, into: Uint8Array): number;
}

/** A snapshot that lies in memory. */
export function sourceOf(file: Uint8Array): SnapshotSource {
  return {
    sizeBytes: file.length,
    read: (offset, into) => {
      const part = file.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** Where a block's bytes are in the file, and what they must be. */
export interface StoredBlock {
  readonly offset: number;
  readonly storedBytes: number;
  readonly bytes: number;
  readonly isCompressed: boolean;
  readonly checksum: Checksum;
}

export class RecordReader {
  /** What is read now, for messages. */
  where = 'header';
  private chain = NO_SEED;
  /** The window: [begin, end) of the codec's memory holds the file from `position` on. */
  private begin = CODEC_A;
  private end = CODEC_A;
  private offset = 0;

  constructor(private readonly codec: SnapshotCodec, private readonly source: SnapshotSource) {}

  /** Bytes of the file that were taken. */
  get position(): number {
    return this.offset;
  }

  /** The next `bytes` bytes: their address in the codec's memory. */
  take(bytes: number): number {
    if (this.end - this.begin < bytes) this.refill(bytes);
    const at = this.begin;
    this.begin += bytes;
    this.offset += bytes;
    return at;
  }

  /** As `take`, but they stay the next ones. */
  peek(bytes: number): number {
    const at = this.take(bytes);
    this.begin -= bytes;
    this.offset -= bytes;
    return at;
  }

  /** The first word of the next record. */
  peekMark(): number {
    return this.codec.view.getUint32(this.peek(4), true);
  }

  /** The next record, once its chain is found right. */
  record(bytes: number): number {
    const at = this.take(bytes);
    this.chain = this.chainOf(at, bytes);
    return at;
  }

  /** As `record`, but it stays the next one. */
  peekRecord(bytes: number): number {
    const at = this.peek(bytes);
    this.chainOf(at, bytes);
    return at;
  }

  /** The next block, found right: where its bytes (before compression) are in the codec's memory, and in the file. */
  block(content: BlockContent): { readonly at: number; readonly block: StoredBlock } {
    const { view } = this.codec;
    if (this.peekMark() !== MARK_BLOCK) throw damaged(this.where, 'a block is missing');
    const record = this.record(BLOCK_RECORD_BYTES), method = view.getUint8(record + 5);
    if (view.getUint8(record + 4) !== content || method > BlockMethod.Compressed || view.getUint16(record + 6, true) !== 0) throw damaged(this.where, 'a block of another kind');
    const block: StoredBlock = {
      offset: this.offset, bytes: view.getUint32(record + 8, true), storedBytes: view.getUint32(record + 12, true), isCompressed: method === BlockMethod.Compressed,
      checksum: { low: view.getUint32(record + 16, true), high: view.getUint32(record + 20, true) },
    };
    const isSound = block.bytes > 0 && block.bytes <= BLOCK_BYTES && block.storedBytes > 0 && (block.isCompressed ? block.storedBytes < block.bytes : block.storedBytes === block.bytes);
    if (!isSound) throw damaged(this.where, 'a block has an impossible length');
    return { at: unpack(this.codec, this.take(block.storedBytes), block, this.where), block };
  }

  /** Text of a record's name field; null: it is not zero-padded ASCII. */
  nameAt(record: number): string | null {
    let name = '', ended = false;
    for (let i = 0; i < NAME_BYTES; i++) {
      const byte = this.codec.bytes[record + NAME_AT + i] ?? 0;
      if (byte === 0) ended = true;
      else if (ended || byte > 126) return null;
      else name += String.fromCharCode(byte);
    }
    return name;
  }

  /** A u64 that is a length or a count; more than 2^53: Infinity, which no bound accepts. */
  countAt(at: number): number {
    const high = this.codec.view.getUint32(at + 4, true);
    return high >= 2 ** 21 ? Infinity : high * TWO_32 + this.codec.view.getUint32(at, true);
  }

  private chainOf(at: number, bytes: number): Checksum {
    const { view } = this.codec, last = at + bytes - CHAIN_BYTES, chain = this.codec.checksum(at, bytes - CHAIN_BYTES, this.chain);
    if (chain.low !== view.getUint32(last, true) || chain.high !== view.getUint32(last + 4, true)) throw damaged(this.where, 'a record does not match its checksum');
    return chain;
  }

  private refill(bytes: number): void {
    if (bytes > CODEC_A_BYTES) throw new Error(`a window of ${String(bytes)} bytes`);
    const kept = this.end - this.begin;
    this.codec.bytes.copyWithin(CODEC_A, this.begin, this.end);
    this.begin = CODEC_A;
    this.end = CODEC_A + kept;
    while (this.end - this.begin < bytes) {
      const read = this.source.read(this.offset + this.end - this.begin, this.codec.bytes.subarray(this.end, CODEC_A + CODEC_A_BYTES));
      if (read <= 0) throw damaged(this.where, 'the file ends here, it was cut short');
      this.end += read;
    }
  }
}

/** Checks a block's stored bytes at `at`; answers where the bytes that they stand for are. */
export function unpack(codec: SnapshotCodec, at: number, block: StoredBlock, where: string): number {
  const sum = codec.checksum(at, block.storedBytes);
  if (sum.low !== block.checksum.low || sum.high !== block.checksum.high) throw damaged(where, 'a block does not match its checksum');
  if (!block.isCompressed) return at;
  if (!codec.decompress(at, block.storedBytes, CODEC_B, block.bytes)) throw damaged(where, 'a block cannot be decompressed');
  return CODEC_B;
}
