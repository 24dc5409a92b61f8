/**
 * The codec again, as plainly as it can be said: the oracle of its tests, written from the descriptions at the head of as/checksum.ts
 * and as/compress.ts.
 */
const MASK = (1n << 64n) - 1n;
const K = 0x9e3779b97f4a7c15n;
const L = 0x6a09e667f3bcc909n;
const M = 0xbb67ae8584caa73bn;

const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;

export function naiveChecksum(bytes: Uint8Array, seed: bigint): bigint {
  const lanes = Array.from({ length: 8 }, (_, i) => (seed + BigInt(i + 1) * L) & MASK);
  for (let word = 0; word * 8 < bytes.length; word++) {
    let value = 0n;
    for (let i = 0; i < 8; i++) value |= BigInt(bytes[word * 8 + i] ?? 0) << BigInt(8 * i);
    lanes[word % 8] = (rotate(((lanes[word % 8] ?? 0n) + value * L) & MASK, 31n) * K) & MASK;
  }
  let sum = (BigInt(bytes.length) * M & MASK) ^ seed;
  for (const lane of lanes) sum = (rotate(sum ^ lane, 27n) * L + M) & MASK;
  sum = ((sum ^ (sum >> 32n)) * K) & MASK;
  sum = ((sum ^ (sum >> 29n)) * M) & MASK;
  return sum ^ (sum >> 32n);
}

/** The bytes that a block stands for; null: it is none of `expected` bytes. */
export function naiveDecompress(block: Uint8Array, expected: number): Uint8Array | null {
  const out: number[] = [];
  let at = 0;
  const extended = (bits: number): number => {
    let length = bits;
    for (let byte = 255; bits === 15 && byte === 255;) {
      byte = block[at++] ?? NaN;
      length += byte;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = extended(token >> 4);
    if (!(literals <= block.length - at)) return null;
    for (let i = 0; i < literals; i++) out.push(block[at++] ?? 0);
    if (at === block.length) return (token & 15) === 0 && out.length === expected ? Uint8Array.from(out) : null;
    if (block.length - at < 2) return null;
    const offset = (block[at] ?? 0) | (block[at + 1] ?? 0) << 8;
    at += 2;
    const length = extended(token & 15) + 4;
    if (offset === 0 || offset > out.length || !(out.length + length <= expected)) return null;
    for (let i = 0; i < length; i++) out.push(out[out.length - offset] ?? 0);
  }
  return null;
}
