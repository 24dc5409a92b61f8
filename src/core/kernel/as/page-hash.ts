/**
 * A 64-bit hash of each page of a range: checkpoints (src/core/timeline) see by it which pages changed.
 *
 * It is NH, the universal hash of UMAC (RFC 4418, 5.2.2): the sum, modulo 2^64, of (x + k)·(y + k') over the 32-bit words of
 * a page taken in pairs (x, y), each word with a key of its own. Two pages that differ have equal sums with a probability of
 * at most 2^-32, whatever the difference is. So two sums are made, the second with the keys moved on by one step (UMAC's Toeplitz
 * construction), and mixed into one number; a page that differs in one word only never has the same pair of sums. The keys are
 * fixed pseudo-random numbers: nobody who writes a program here gains anything by finding two pages with one hash.
 *
 * A step takes 32 bytes: words 0–3 are x, words 4–7 are y. The order of the additions does not matter, so each half
 * of a vector has a sum of its own until the end.
 */
import { HASH_KEYS, ZERO_PAGE } from "../memory-layout";

const PAGE: u32 = 4096;
const STEP: u32 = 32;

/** Mixed hash of the zero page; 0: the keys are not made yet. */
let hashOfZeros: u64 = 0;

/** SplitMix64, from a fixed seed: keys for all steps of a page, and one step more. */
function makeKeys(): void {
  let state: u64 = 0x2545f4914f6cdd1d;
  for (let at = HASH_KEYS; at < HASH_KEYS + PAGE + STEP; at += 8) {
    state += 0x9e3779b97f4a7c15;
    let z = state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    store<u64>(at, z ^ z >> 31);
  }
}

function mixedHash(at: u32): u64 {
  let lowSum = i64x2.splat(0), highSum = i64x2.splat(0), lowSecond = i64x2.splat(0), highSecond = i64x2.splat(0);
  let keyX = v128.load(HASH_KEYS), keyY = v128.load(HASH_KEYS, 16);
  let keys = HASH_KEYS;
  for (const end = at + PAGE; at < end; at += STEP) {
    const x = v128.load(at), y = v128.load(at, 16);
    let a = i32x4.add(x, keyX), b = i32x4.add(y, keyY);
    lowSum = i64x2.add(lowSum, i64x2.extmul_low_i32x4_u(a, b));
    highSum = i64x2.add(highSum, i64x2.extmul_high_i32x4_u(a, b));
    keys += STEP;
    keyX = v128.load(keys);
    keyY = v128.load(keys, 16);
    a = i32x4.add(x, keyX);
    b = i32x4.add(y, keyY);
    lowSecond = i64x2.add(lowSecond, i64x2.extmul_low_i32x4_u(a, b));
    highSecond = i64x2.add(highSecond, i64x2.extmul_high_i32x4_u(a, b));
  }
  const sum = i64x2.add(lowSum, highSum), second = i64x2.add(lowSecond, highSecond);
  return mix(i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1)) ^ rotl(mix(i64x2.extract_lane(second, 0) + i64x2.extract_lane(second, 1)) * 0x9fb21c651e98df25, 32);
}

/** A bijection. */
function mix(h: u64): u64 {
  h = (h ^ h >> 32) * 0xd6e8feb86659fd93;
  h = (h ^ h >> 32) * 0xd6e8feb86659fd93;
  return h ^ h >> 32;
}

/** Hashes of `pages` pages from store address `from` on, a u64 each, to `to`. A page of zeros has 0. */
export function hashRange(from: u32, pages: u32, to: u32): void {
  if (!hashOfZeros) {
    makeKeys();
    hashOfZeros = mixedHash(ZERO_PAGE);
  }
  for (const end = to + (pages << 3); to < end; to += 8, from += PAGE) store<u64>(to, mixedHash(from) ^ hashOfZeros);
}
