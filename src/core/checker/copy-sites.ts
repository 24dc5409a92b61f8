/**
 * Which instruction of the real tool's memcpy, memmove or memset would have made an access.
 *
 * Memcheck merges errors by code address, and its replacement functions, as compiled, are unrolled: one overrunning
 * memcpy gives several records. Here these functions are one instruction each, so the place within the function is told
 * from the place within the range. The phases below and their sites were found by probing Valgrind 3.19 with single
 * unaddressable words.
 *
 *   forward copy  bytes up to an 8-byte boundary: one site
 *                 words by four: a site for each of the four; the very first load has its own
 *                 up to three words, then 2-byte units, then bytes: loads alternate between two sites, stores have one
 *   backward copy (the target begins inside the source): mirrored; loads of the remainder have one site too
 *   memset        bytes up to a boundary: the first has its own site; words by four: two sites, for pairs;
 *                 up to three words: the first has its own; bytes: two sites in the order of SET_BYTES
 */
import type { RunningCopy } from './checker-api';

const SET_BYTES = 'AABBBAB';
const SAFE = 2n ** 53n;

/** Loads of a loop that the compiler unrolled twice after peeling the first round. */
function alternating(index: number): string { return index >= 2 && index % 2 === 0 ? 'b' : 'a'; }

function wordSite(index: number, words: number, write: boolean, forward: boolean): string {
  const unrolled = words - words % 4;
  if (index < unrolled) return index === 0 && !write ? 'four-first' : `four-${index % 4}`;
  return write || !forward ? 'word' : `word-${alternating(index - unrolled)}`;
}

function copyUnit(copy: RunningCopy, va: bigint, size: number, write: boolean): string {
  const to = Number(copy.to);
  const from = Number(copy.from);
  const length = Number(copy.length);
  const forward = to < from || to - from >= length;
  const offset = Number(va) - (write ? to : from);
  const done = forward ? offset : length - offset - size;
  const isAlike = (to - from) % 8 === 0;
  const head = isAlike ? Math.min(length, forward ? (8 - from % 8) % 8 : (from + length) % 8) : 0;
  if (done < head) return 'head';
  const words = isAlike ? Math.floor((length - head) / 8) : 0;
  if (done < head + 8 * words) return wordSite((done - head) / 8, words, write, forward);
  const rest = done - head - 8 * words;
  const isEven = isAlike || (forward ? to % 2 === 0 && from % 2 === 0 : (to + length) % 2 === 0 && (from + length) % 2 === 0);
  const pairs = isEven ? Math.floor((length - head - 8 * words) / 2) : 0;
  const inPairs = rest < 2 * pairs;
  const name = inPairs ? 'pair' : 'byte';
  return write || !forward ? name : `${name}-${alternating(inPairs ? rest / 2 : rest - 2 * pairs)}`;
}

function setUnit(copy: RunningCopy, va: bigint): string {
  const to = Number(copy.to);
  const length = Number(copy.length);
  const done = Number(va) - to;
  const head = Math.min(length, (8 - to % 8) % 8);
  if (done < head) return done === 0 ? 'head-first' : 'head';
  const words = Math.floor((length - head) / 8);
  const index = Math.floor((done - head) / 8);
  if (index >= words) return `byte-${SET_BYTES[done - head - 8 * words] ?? ''}`;
  const unrolled = words - words % 4;
  if (index < unrolled) return index % 4 < 2 ? 'four-low' : 'four-high';
  return index === unrolled ? 'word-first' : 'word';
}

/** A name for the instruction that accesses `size` bytes at `va`, the same for all accesses that it makes. */
export function copySite(copy: RunningCopy, va: bigint, size: number, write: boolean): string {
  if (copy.to >= SAFE || copy.from >= SAFE || copy.length >= SAFE) return '';
  return copy.kind === 'set' ? setUnit(copy, va) : copyUnit(copy, va, size, write);
}
