/** Records, blocks and the chain of a snapshot file as they are written (format.ts). Used by the writer. */
import { NO_SEED } from './codec';
import type { SnapshotCodec } from './codec';
import { CODEC_B, CODEC_RECORD } from './codec-layout';
import { BLOCK_RECORD_BYTES, BlockMethod, CHAIN_BYTES, FORMAT_VERSION, HEADER_RECORD_BYTES, MAGIC, MARK_BLOCK, MARK_END, MARK_SECTION, NAME_AT, SECTION_RECORD_BYTES, TRAILER_RECORD_BYTES } from './format';
import type { BlockContent, SectionKind } from './format';

const TWO_32 = 4294967296;

export class RecordWriter {
  /** Bytes written so far. */
  position = 0;
  private sections = 0;
  private chain = NO_SEED;

  constructor(private readonly codec: SnapshotCodec, private readonly sink: (bytes: Uint8Array) => void) {}

  header(engineVersion: string): void {
    this.begin(HEADER_RECORD_BYTES);
    this.codec.bytes.set(MAGIC, CODEC_RECORD);
    this.put32(8, FORMAT_VERSION);
    this.putName(engineVersion);
    this.end(HEADER_RECORD_BYTES);
  }

  section(kind: SectionKind, name: string, length: number): void {
    this.begin(SECTION_RECORD_BYTES);
    this.put32(0, MARK_SECTION);
    this.put32(4, kind);
    this.put64(8, length);
    this.putName(name);
    this.end(SECTION_RECORD_BYTES);
    this.sections++;
  }

  /** Writes `bytes` bytes at `at` of the codec's memory (room A), compressed where that saves at least one byte in 32. */
  block(content: BlockContent, at: number, bytes: number): void {
    const compressed = this.codec.compress(at, bytes, CODEC_B, Math.max(0, bytes - 1 - (bytes >>> 5)));
    const from = compressed > 0 ? CODEC_B : at, stored = compressed > 0 ? compressed : bytes;
    const sum = this.codec.checksum(from, stored);
    this.begin(BLOCK_RECORD_BYTES);
    this.put32(0, MARK_BLOCK);
    this.put32(4, content | (compressed > 0 ? BlockMethod.Compressed : BlockMethod.Raw) << 8);
    this.put32(8, bytes);
    this.put32(12, stored);
    this.put32(16, sum.low);
    this.put32(20, sum.high);
    this.end(BLOCK_RECORD_BYTES);
    this.write(from, stored);
  }

  trailer(contents: number): void {
    this.begin(TRAILER_RECORD_BYTES);
    this.put32(0, MARK_END);
    this.put32(4, this.sections);
    this.put64(8, this.position + TRAILER_RECORD_BYTES);
    this.put32(16, contents);
    this.end(TRAILER_RECORD_BYTES);
  }

  private begin(bytes: number): void {
    this.codec.bytes.fill(0, CODEC_RECORD, CODEC_RECORD + bytes);
  }

  private end(bytes: number): void {
    this.chain = this.codec.checksum(CODEC_RECORD, bytes - CHAIN_BYTES, this.chain);
    this.put32(bytes - CHAIN_BYTES, this.chain.low);
    this.put32(bytes - CHAIN_BYTES + 4, this.chain.high);
    this.write(CODEC_RECORD, bytes);
  }

  private put32(at: number, value: number): void {
    this.codec.view.setUint32(CODEC_RECORD + at, value, true);
  }

  private put64(at: number, value: number): void {
    this.put32(at, value % TWO_32);
    this.put32(at + 4, Math.floor(value / TWO_32));
  }

  private putName(name: string): void {
    for (let i = 0; i < name.length; i++) this.codec.bytes[CODEC_RECORD + NAME_AT + i] = name.charCodeAt(i);
  }

  private write(at: number, bytes: number): void {
    this.sink(this.codec.bytes.subarray(at, at + bytes));
    this.position += bytes;
  }
}
