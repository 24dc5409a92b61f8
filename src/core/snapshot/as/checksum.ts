/**
 * A checksum of 64 bits for finding damage and equal pages; no protection against forgery.
 *
 * Eight lanes take every eighth word of 8 bytes, little-endian:  lane ← rotl(lane + word × L, 31) × K.  The step is a bijection of the
 * word for a given lane and of the lane for a given word, so a change within one word always changes its lane, whatever follows. The
 * first product is needed: without it the highest bit of a word does to its lane what a lower bit of the word before does, and two
 * flipped bits cancel. Eight lanes keep the multiplier busy: one lane would wait for its product each time.
 *
 * The last words (fewer than 64 bytes) go to lanes 0, 1, …; missing bytes of the last one are zero, and the length is mixed in at the
 * end. Then the lanes are folded in order and the bits are spread. naive-codec.ts says the same with BigInt.
 *
 * K, L and M are the first 64 bits of the fractions of the golden ratio, √2 and √3; all odd.
 */
import { CODEC_RESULT } from "../codec-layout";

const K: u64 = 0x9e3779b97f4a7c15;
const L: u64 = 0x6a09e667f3bcc909;
const M: u64 = 0xbb67ae8584caa73b;
const LANES: u32 = 8;
const LANE_STORE: u32 = CODEC_RESULT + 16;

// @ts-ignore: decorator
@inline
function take(lane: u64, word: u64): u64 { return rotl<u64>(lane + word * L, 31) * K; }

/** Leaves the checksum at CODEC_RESULT. */
export function checksumOf(at: u32, bytes: u32, seed: u64): void {
  let a = seed + L, b = seed + 2 * L, c = seed + 3 * L, d = seed + 4 * L, e = seed + 5 * L, f = seed + 6 * L, g = seed + 7 * L, h = seed + 8 * L;
  const end = at + bytes, stripes = at + (bytes & ~63);
  for (; at < stripes; at += 64) {
    a = take(a, load<u64>(at));
    b = take(b, load<u64>(at, 8));
    c = take(c, load<u64>(at, 16));
    d = take(d, load<u64>(at, 24));
    e = take(e, load<u64>(at, 32));
    f = take(f, load<u64>(at, 40));
    g = take(g, load<u64>(at, 48));
    h = take(h, load<u64>(at, 56));
  }
  store<u64>(LANE_STORE, a);
  store<u64>(LANE_STORE, b, 8);
  store<u64>(LANE_STORE, c, 16);
  store<u64>(LANE_STORE, d, 24);
  store<u64>(LANE_STORE, e, 32);
  store<u64>(LANE_STORE, f, 40);
  store<u64>(LANE_STORE, g, 48);
  store<u64>(LANE_STORE, h, 56);
  for (let lane = LANE_STORE; at < end; at += 8, lane += 8) {
    let word: u64 = 0;
    if (end - at >= 8) word = load<u64>(at);
    else for (let i: u32 = 0; i < end - at; i++) word |= <u64>load<u8>(at + i) << (i << 3);
    store<u64>(lane, take(load<u64>(lane), word));
  }
  store<u64>(CODEC_RESULT, fold(<u64>bytes * M ^ seed));
}

function fold(sum: u64): u64 {
  for (let i: u32 = 0; i < LANES; i++) sum = rotl<u64>(sum ^ load<u64>(LANE_STORE + (i << 3)), 27) * L + M;
  sum = (sum ^ sum >> 32) * K;
  sum = (sum ^ sum >> 29) * M;
  return sum ^ sum >> 32;
}
