/**
 * The snapshot codec: checksums, compression and comparison of pages, in a wasm module with a memory of its own (as/, built to
 * out/kernel/snapshot-codec.wasm). Each writer and each reader makes one for itself, so that nobody else's bytes lie in it.
 *
 * Bytes go in and out through `bytes` at the addresses of codec-layout.ts. All calls are synchronous.
 */
import { BLOCK_BYTES, CODEC_RESULT } from './codec-layout';

/** A checksum of 64 bits. */
export interface Checksum { readonly low: number; readonly high: number }

interface CodecExports {
  readonly memory: WebAssembly.Memory;
  checksum(at: number, bytes: number, seedLow: number, seedHigh: number): void;
  compress(from: number, bytes: number, to: number, limit: number): number;
  decompress(from: number, bytes: number, to: number, expected: number): number;
  isZeroPage(at: number): number;
  areEqualPages(a: number, b: number): number;
}

export const NO_SEED: Checksum = { low: 0, high: 0 };

export class SnapshotCodec {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  private readonly exports: CodecExports;

  /** @param module the compiled codec (out/kernel/snapshot-codec.wasm) */
  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module, {}).exports as unknown as CodecExports;
    this.bytes = new Uint8Array(this.exports.memory.buffer);
    this.view = new DataView(this.exports.memory.buffer);
  }

  /** Checksum of `bytes` bytes at `at`. */
  checksum(at: number, bytes: number, seed: Checksum = NO_SEED): Checksum {
    this.exports.checksum(at, bytes, seed.low, seed.high);
    return { low: this.view.getUint32(CODEC_RESULT, true), high: this.view.getUint32(CODEC_RESULT + 4, true) };
  }

  /** Compresses a block; answers the number of bytes at `to`, or 0 when they would be more than `limit`. */
  compress(from: number, bytes: number, to: number, limit: number): number {
    if (bytes > BLOCK_BYTES) throw new Error(`a block of ${String(bytes)} bytes`);
    return this.exports.compress(from, bytes, to, limit);
  }

  /** Decompresses to exactly `expected` bytes at `to`; false: this is no compressed form of so many bytes. */
  decompress(from: number, bytes: number, to: number, expected: number): boolean {
    if (expected > BLOCK_BYTES) throw new Error(`a block of ${String(expected)} bytes`);
    return this.exports.decompress(from, bytes, to, expected) !== 0;
  }

  isZeroPage(at: number): boolean {
    return this.exports.isZeroPage(at) !== 0;
  }

  areEqualPages(a: number, b: number): boolean {
    return this.exports.areEqualPages(a, b) !== 0;
  }
}
