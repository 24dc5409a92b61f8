/**
 * The fast compressor of blocks up to 256 KiB. Matches of at least 4 bytes at most 65,535 bytes back, in the token form that LZ4 made
 * common; ours knows no dictionary and no frame:
 *
 *   token         high four bits: number of literals, low four: length of the match − 4; 15 means that bytes follow which are added,
 *                 up to and with the first that is not 255
 *   [literal length]  literals  offset (u16, little-endian)  [match length]
 *
 * The last sequence ends after its literals (there may be none) and has 0 for its match.
 *
 * One candidate a hash of five bytes, the youngest. Where nothing matches the search steps wider and wider, 1 byte more every 64
 * misses, so that random data is passed over at several gigabytes a second; and it gives up once the output reaches `limit`.
 */
import { CODEC_TABLE, CODEC_TABLE_BITS } from "../codec-layout";

const SPREAD: u64 = 0x9e3779b97f4a7c15;
const REACH: u32 = 65535;
const SHORTEST: u32 = 4;
const MISSES_SHIFT: u32 = 6;

/** Where the word at `at` has its entry. */
// @ts-ignore: decorator
@inline
function entryOf(at: u32): u32 { return CODEC_TABLE + (<u32>((load<u64>(at) << 24) * SPREAD >> (64 - CODEC_TABLE_BITS)) << 2); }

/** Bytes that follow alike at `a` and `b`, up to where `b` reaches `end`. */
function alike(a: u32, b: u32, end: u32): u32 {
  const from = b;
  while (end - b >= 8) {
    const difference = load<u64>(a) ^ load<u64>(b);
    if (difference) return b - from + (<u32>ctz<u64>(difference) >> 3);
    a += 8;
    b += 8;
  }
  while (b < end && load<u8>(a) == load<u8>(b)) { a++; b++; }
  return b - from;
}

/** The part of a length that its four bits do not hold. */
function putLength(to: u32, rest: u32): u32 {
  for (; rest >= 255; rest -= 255) store<u8>(to++, 255);
  store<u8>(to++, rest);
  return to;
}

/** Token, literal length and literals; `matchBits`: the token's low half. */
function putLiterals(to: u32, from: u32, count: u32, matchBits: u32): u32 {
  store<u8>(to++, (count < 15 ? count : 15) << 4 | matchBits);
  if (count >= 15) to = putLength(to, count - 15);
  if (count > 64) memory.copy(to, from, count);
  else for (let i: u32 = 0; i < count; i += 16) v128.store(to + i, v128.load(from + i));
  return to + count;
}

/** Bytes of the compressed form of [from, from + bytes) at `to`; 0: it would have more than `limit`. */
export function compressBlock(from: u32, bytes: u32, to: u32, limit: u32): u32 {
  const end = from + bytes, outEnd = to + limit, out = to;
  let anchor = from, at = from, misses: u32 = 0;
  memory.fill(CODEC_TABLE, 0, 4 << CODEC_TABLE_BITS);
  while (at + 8 <= end) {
    const entry = entryOf(at);
    let candidate = load<u32>(entry);
    store<u32>(entry, at);
    if (!candidate || at - candidate > REACH || load<u32>(candidate) != load<u32>(at)) {
      at += 1 + (misses++ >> MISSES_SHIFT);
      continue;
    }
    while (at > anchor && candidate > from && load<u8>(at - 1) == load<u8>(candidate - 1)) { at--; candidate--; }
    const literals = at - anchor, length = alike(candidate + SHORTEST, at + SHORTEST, end), offset = at - candidate;
    // Token, offset, and each length's bytes at their longest.
    if (to + literals + literals / 255 + length / 255 + 5 > outEnd) return 0;
    to = putLiterals(to, anchor, literals, length < 15 ? length : 15);
    store<u16>(to, offset);
    to += 2;
    if (length >= 15) to = putLength(to, length - 15);
    at += SHORTEST + length;
    anchor = at;
    misses = 0;
    if (at + 6 <= end) store<u32>(entryOf(at - 2), at - 2);
  }
  const literals = end - anchor;
  if (to + literals + literals / 255 + 2 > outEnd) return 0;
  return putLiterals(to, anchor, literals, 0) - out;
}
