/**
 * Generated page contents: a light workload process touches gigabytes that nobody reads
 * byte by byte, so its frames keep a seed of 31 bits, and the 4,096 bytes are made of it when somebody looks.
 *
 * Each write through the MMU moves a page's seed on (kernel/as/workload.ts does the same): equal histories have equal contents, and
 * a page that lost a write on its way to swap and back is found out. Seed 0 is a page of zeros.
 */
const PAGE_WORDS = 1024;
const GOLDEN = 0x9e3779b9;

/** Writes the page of `seed` at store address `to` (page-aligned): xorshift32 over a scrambled seed, in 32-bit words. */
export function fillPattern(words: Uint32Array, to: number, seed: number): void {
  const first = to >>> 2;
  if (seed === 0) {
    words.fill(0, first, first + PAGE_WORDS);
    return;
  }
  let x = (Math.imul(seed, GOLDEN) ^ 0x5bd1e995) >>> 0 || GOLDEN;
  for (let i = 0; i < PAGE_WORDS; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[first + i] = x;
  }
}

/** Seed of a page after one more write at `offset` of it; never 0. */
export function seedAfterWrite(seed: number, offset: number): number {
  const mixed = (Math.imul(seed ^ offset, 0x2c1b3c6d) + GOLDEN) >>> 1;
  return mixed === 0 ? 1 : mixed;
}

/** Checksum of a pattern page as it stands in a swap slot beside its seed (32 bits). */
export function patternChecksum(seed: number): number {
  let h = Math.imul(seed ^ 0x85ebca6b, 0xc2b2ae35);
  h ^= h >>> 15;
  return Math.imul(h, 0x27d4eb2f) >>> 0;
}
