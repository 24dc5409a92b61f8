/** The codec against its naive twin: checksums, round trips, hostile blocks. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureSnapshotCodec } from '../../../scripts/build-kernel.mjs';
import { SnapshotCodec } from './codec';
import { BLOCK_BYTES, CODEC_A, CODEC_A_BYTES, CODEC_B, CODEC_B_BYTES, CODEC_MEMORY_PAGES, CODEC_PAGE, CODEC_TABLE, CODEC_TABLE_BITS } from './codec-layout';
import { naiveChecksum, naiveDecompress } from './naive-codec';
import { randomNumbers, type RandomNumbers } from './test-random';

let codec: SnapshotCodec;
beforeAll(async () => { codec = new SnapshotCodec(new WebAssembly.Module(readFileSync((await ensureSnapshotCodec()).path))); });

/** Blocks of every flavour: random, runs, copies from before at all distances, text-like, sparse. */
function block(random: RandomNumbers, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const run = Math.min(length - at, 1 + random.below(random.below(8) === 0 ? 5_000 : 60));
    const how = random.below(5), distance = 1 + random.below(Math.max(1, Math.min(at, how === 4 ? 20 : 70_000)));
    for (let i = 0; i < run; i++, at++) bytes[at] = how === 0 ? random.below(256) : how === 1 ? 0 : how === 2 ? 97 + random.below(3) : bytes[at - distance] ?? 7;
  }
  return bytes;
}

function compressed(bytes: Uint8Array, limit = CODEC_B_BYTES - 16): Uint8Array {
  codec.bytes.set(bytes, CODEC_A);
  return codec.bytes.slice(CODEC_B, CODEC_B + codec.compress(CODEC_A, bytes.length, CODEC_B, limit));
}

/** What the codec makes of a block; null: refused. Asserts that nothing beyond the slack was written. */
function decompressed(stored: Uint8Array, expected: number): Uint8Array | null {
  codec.bytes.set(stored, CODEC_A);
  codec.bytes.fill(0xa5, CODEC_B + expected + 16, CODEC_B + expected + 256);
  const ok = codec.decompress(CODEC_A, stored.length, CODEC_B, expected);
  expect(codec.bytes.subarray(CODEC_B + expected + 16, CODEC_B + expected + 256).every((byte) => byte === 0xa5)).toBe(true);
  return ok ? codec.bytes.slice(CODEC_B, CODEC_B + expected) : null;
}

describe('layout', () => {
  it('has rooms that do not overlap', () => {
    expect(CODEC_TABLE + (4 << CODEC_TABLE_BITS)).toBeLessThanOrEqual(CODEC_A);
    expect(CODEC_A + CODEC_A_BYTES + 16).toBeLessThanOrEqual(CODEC_B);
    expect(CODEC_B + CODEC_B_BYTES + 16).toBeLessThanOrEqual(CODEC_PAGE);
    expect(codec.bytes.length).toBe(CODEC_MEMORY_PAGES * 65536);
  });
});

describe('checksum', () => {
  it('is the naive one, at all lengths up to 300 and alignments', () => {
    const random = randomNumbers(1);
    for (let length = 0; length <= 300; length++) {
      const bytes = Uint8Array.from({ length }, () => random.below(256)), at = CODEC_A + random.below(16);
      const seed = { low: random.below(2 ** 32), high: random.below(2 ** 32) };
      codec.bytes.set(bytes, at);
      const { low, high } = codec.checksum(at, length, seed);
      expect((BigInt(high) << 32n) | BigInt(low)).toBe(naiveChecksum(bytes, (BigInt(seed.high) << 32n) | BigInt(seed.low)));
    }
  });

  it('differs after any change of one bit of a page, by about half of its bits', () => {
    const random = randomNumbers(2);
    codec.bytes.set(Uint8Array.from({ length: 4096 }, () => random.below(256)), CODEC_A);
    const before = codec.checksum(CODEC_A, 4096);
    const seen = new Set<string>();
    let changedBits = 0;
    for (let bit = 0; bit < 4096 * 8; bit++) {
      const at = CODEC_A + (bit >> 3);
      codec.bytes[at] = (codec.bytes[at] ?? 0) ^ (1 << (bit & 7));
      const { low, high } = codec.checksum(CODEC_A, 4096);
      codec.bytes[at] = (codec.bytes[at] ?? 0) ^ (1 << (bit & 7));
      seen.add(`${String(low)} ${String(high)}`);
      for (let x = low ^ before.low; x !== 0; x &= x - 1) changedBits++;
      for (let x = high ^ before.high; x !== 0; x &= x - 1) changedBits++;
    }
    expect(seen.size).toBe(4096 * 8);
    expect(changedBits / (4096 * 8)).toBeGreaterThan(31);
    expect(changedBits / (4096 * 8)).toBeLessThan(33);
  });

  it('tells zeros of different lengths and words in another order apart', () => {
    codec.bytes.fill(0, CODEC_A, CODEC_A + 4096);
    const sums = new Set(Array.from({ length: 4096 }, (_, length) => { const { low, high } = codec.checksum(CODEC_A, length); return `${String(low)} ${String(high)}`; }));
    expect(sums.size).toBe(4096);
    codec.bytes[CODEC_A] = 1;
    const first = codec.checksum(CODEC_A, 4096);
    codec.bytes.copyWithin(CODEC_A + 64, CODEC_A, CODEC_A + 64);
    codec.bytes.fill(0, CODEC_A, CODEC_A + 64);
    expect(codec.checksum(CODEC_A, 4096)).not.toEqual(first);
  });
});

describe('compression', () => {
  it('comes back, in the codec and in its twin', () => {
    const random = randomNumbers(3);
    for (let round = 0; round < 400; round++) {
      const bytes = block(random, round < 100 ? round : random.below(round % 40 === 0 ? BLOCK_BYTES : 3_000));
      const stored = compressed(bytes);
      expect(stored.length).toBeGreaterThan(0);
      expect(Buffer.compare(decompressed(stored, bytes.length) ?? new Uint8Array(1), bytes)).toBe(0);
      if (bytes.length < 10_000) expect(Buffer.compare(naiveDecompress(stored, bytes.length) ?? new Uint8Array(1), bytes)).toBe(0);
    }
  });

  it('makes a page of text small and gives up on random bytes', () => {
    const random = randomNumbers(4);
    expect(compressed(new Uint8Array(BLOCK_BYTES)).length).toBeLessThan(1_100);
    const noise = Uint8Array.from({ length: BLOCK_BYTES }, () => random.below(256));
    expect(compressed(noise, BLOCK_BYTES - 1).length).toBe(0);
    expect(compressed(noise).length).toBeGreaterThan(BLOCK_BYTES);
  });

  it('never writes more than its limit', () => {
    const random = randomNumbers(5);
    for (let round = 0; round < 300; round++) {
      const bytes = block(random, 1 + random.below(3_000)), whole = compressed(bytes).length;
      for (const limit of [whole, whole - 1, random.below(whole), 0]) {
        codec.bytes.fill(0xa5, CODEC_B, CODEC_B + whole + 64);
        const length = compressed(bytes, limit).length;
        expect(length).toBeLessThanOrEqual(limit);
        if (length === 0) expect(codec.bytes.subarray(CODEC_B + limit + 16, CODEC_B + whole + 64).every((byte) => byte === 0xa5)).toBe(true);
      }
    }
  });

  it('agrees with its twin on damaged blocks', () => {
    const random = randomNumbers(6);
    let refused = 0;
    for (let round = 0; round < 5_000; round++) {
      const bytes = block(random, 1 + random.below(500)), stored = compressed(bytes);
      const damaged = stored.slice(0, random.below(4) === 0 ? random.below(stored.length + 1) : stored.length);
      for (let changes = random.below(3); changes >= 0 && damaged.length > 0; changes--) damaged[random.below(damaged.length)] = random.below(3) === 0 ? 255 : random.below(256);
      const expected = random.below(3) === 0 ? random.below(1_000) : bytes.length;
      const naive = naiveDecompress(damaged, expected);
      expect(decompressed(damaged, expected)).toEqual(naive);
      if (naive === null) refused++;
    }
    expect(refused).toBeGreaterThan(1_000);
    expect(refused).toBeLessThan(5_000);
  });
});

describe('pages', () => {
  it('finds each byte that is not zero, and each that differs', () => {
    codec.bytes.fill(0, CODEC_A, CODEC_A + 4096);
    codec.bytes.fill(0, CODEC_PAGE, CODEC_PAGE + 4096);
    expect(codec.isZeroPage(CODEC_A)).toBe(true);
    expect(codec.areEqualPages(CODEC_A, CODEC_PAGE)).toBe(true);
    codec.bytes[CODEC_A - 1] = 1;
    codec.bytes[CODEC_A + 4096] = 1;
    for (let at = 0; at < 4096; at++) {
      codec.bytes[CODEC_A + at] = 1 << (at & 7);
      expect(codec.isZeroPage(CODEC_A)).toBe(false);
      expect(codec.areEqualPages(CODEC_A, CODEC_PAGE)).toBe(false);
      codec.bytes[CODEC_A + at] = 0;
    }
    expect(codec.isZeroPage(CODEC_A)).toBe(true);
    expect(codec.areEqualPages(CODEC_A, CODEC_PAGE)).toBe(true);
  });
});
