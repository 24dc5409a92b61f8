/**
 * Undoes compress.ts. The input may be hostile: nothing is read beyond its end, nothing is written beyond `expected` bytes (but for 16
 * of slack, see codec-layout.ts), no match reaches before the output. Anything that is not exactly a block of `expected` bytes is refused.
 */
const SHORTEST: u32 = 4;

/** Where the next byte of the input is, and its end. */
let input: u32 = 0;
let inputEnd: u32 = 0;

/** A length with the bytes that follow it; more than any block has when the input ends within. */
function lengthFrom(bits: u32): u32 {
  if (bits < 15) return bits;
  let length = bits;
  while (input < inputEnd) {
    const byte: u32 = load<u8>(input++);
    length += byte;
    if (byte != 255) return length;
  }
  return u32.MAX_VALUE >> 1;
}

/** `count` bytes from `distance` back; the regions may overlap, the bytes then repeat. */
function repeat(to: u32, distance: u32, count: u32): void {
  let i: u32 = 0;
  if (distance == 1) {
    memory.fill(to, load<u8>(to - 1), count);
    return;
  }
  if (distance < 16) {
    // The first multiple of the distance that has 16 bytes, one by one; from there whole steps see what they need.
    const period: u32 = (15 / distance + 1) * distance, head: u32 = count < period ? count : period;
    for (; i < head; i++) store<u8>(to + i, load<u8>(to + i - distance));
    distance = period;
  }
  for (; i < count; i += 16) v128.store(to + i, v128.load(to + i - distance));
}

export function decompressBlock(from: u32, bytes: u32, to: u32, expected: u32): bool {
  const begin = to, end = to + expected;
  input = from;
  inputEnd = from + bytes;
  while (input < inputEnd) {
    const token: u32 = load<u8>(input++), literals = lengthFrom(token >> 4);
    if (literals > inputEnd - input || literals > end - to) return false;
    if (literals > 64) memory.copy(to, input, literals);
    else for (let i: u32 = 0; i < literals; i += 16) v128.store(to + i, v128.load(input + i));
    to += literals;
    input += literals;
    if (input == inputEnd) return to == end && (token & 15) == 0;
    if (inputEnd - input < 2) return false;
    const offset: u32 = load<u16>(input);
    input += 2;
    const length = lengthFrom(token & 15) + SHORTEST;
    if (offset == 0 || offset > to - begin || length > end - to) return false;
    repeat(to, offset, length);
    to += length;
  }
  return false;
}
