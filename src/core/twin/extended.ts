/**
 * x86 extended precision in the twin: exact integers, rounded once. A finite value is sign · significand · 2^scale; every
 * operation makes such a value exactly, or with a sticky last bit, and `pack` rounds it to 64 bits (nearest, ties to even).
 * Format: Intel SDM volume 1, 4.2.2; NaNs: table 4-7.
 */
export interface Extended { readonly s: bigint; readonly word: bigint }

const TOP = 1n << 63n, QUIET = 1n << 62n, BIAS = 16383;
export const GENERATED: Extended = { s: TOP | QUIET, word: 0xffffn };

const field = (x: Extended): number => Number(x.word & 0x7fffn);
const negative = (x: Extended): boolean => (x.word & 0x8000n) !== 0n;
const isInvalid = (x: Extended): boolean => field(x) !== 0 && (x.s & TOP) === 0n;
const isNaNValue = (x: Extended): boolean => isInvalid(x) || (field(x) === 0x7fff && x.s !== TOP);
const isInfinite = (x: Extended): boolean => field(x) === 0x7fff && x.s === TOP;
const isZero = (x: Extended): boolean => x.s === 0n && field(x) === 0;
/** Power of two of the significand's lowest bit. */
const scaleOf = (x: Extended): number => (field(x) || 1) - BIAS - 63;
const signed = (minus: boolean, exponent: number): bigint => (minus ? 0x8000n : 0n) | BigInt(exponent);
const infinity = (minus: boolean): Extended => ({ s: TOP, word: signed(minus, 0x7fff) });
const zero = (minus: boolean): Extended => ({ s: 0n, word: signed(minus, 0) });
const bitLength = (n: bigint): number => n.toString(2).length;
const absolute = (n: bigint): bigint => (n < 0n ? -n : n);

/** Rounds magnitude · 2^scale to `precision` bits or, below 2^lowest, to a multiple of 2^lowest; [magnitude, scale]. */
function rounded(magnitude: bigint, scale: number, precision: number, lowest: number): [bigint, number] {
  const unit = Math.max(scale + bitLength(magnitude) - precision, lowest), drop = unit - scale;
  if (drop <= 0) return [magnitude << BigInt(-drop), unit];
  const kept = magnitude >> BigInt(drop), rest = magnitude - (kept << BigInt(drop)), half = 1n << BigInt(drop - 1);
  return [rest > half || (rest === half && (kept & 1n) === 1n) ? kept + 1n : kept, unit];
}

function pack(minus: boolean, magnitude: bigint, scale: number): Extended {
  if (magnitude === 0n) return zero(minus);
  let [s, unit] = rounded(magnitude, scale, 64, 1 - BIAS - 63);
  if (s === 1n << 64n) { s >>= 1n; unit++; }
  const exponent = s >= TOP ? unit + 63 + BIAS : 0;
  return exponent >= 0x7fff ? infinity(minus) : { s, word: signed(minus, exponent) };
}

function passOn(a: Extended, b: Extended): Extended {
  if (isInvalid(a) || isInvalid(b)) return GENERATED;
  if (!isNaNValue(b)) return { s: a.s | QUIET, word: a.word };
  if (!isNaNValue(a)) return { s: b.s | QUIET, word: b.word };
  const quietA = (a.s & QUIET) !== 0n, quietB = (b.s & QUIET) !== 0n;
  const first = quietA !== quietB ? quietA : a.s !== b.s ? a.s > b.s : !negative(a) || negative(b);
  return first ? { s: a.s | QUIET, word: a.word } : { s: b.s | QUIET, word: b.word };
}

/** Both as signed integers of one scale. */
function aligned(a: Extended, b: Extended): { x: bigint; y: bigint; scale: number } {
  const scale = Math.min(scaleOf(a), scaleOf(b));
  const integer = (v: Extended): bigint => (v.s << BigInt(scaleOf(v) - scale)) * (negative(v) ? -1n : 1n);
  return { x: integer(a), y: integer(b), scale };
}

export function add(a: Extended, b: Extended): Extended {
  if (isNaNValue(a) || isNaNValue(b)) return passOn(a, b);
  if (isInfinite(a)) return isInfinite(b) && negative(a) !== negative(b) ? GENERATED : a;
  if (isInfinite(b)) return b;
  const { x, y, scale } = aligned(a, b), sum = x + y;
  return sum === 0n ? zero(isZero(a) && isZero(b) && negative(a) && negative(b)) : pack(sum < 0n, absolute(sum), scale);
}

/** a + (−b), but a NaN keeps its sign. */
export function subtract(a: Extended, b: Extended): Extended { return add(a, isNaNValue(b) ? b : { s: b.s, word: b.word ^ 0x8000n }); }

export function multiply(a: Extended, b: Extended): Extended {
  if (isNaNValue(a) || isNaNValue(b)) return passOn(a, b);
  const minus = negative(a) !== negative(b);
  if (isInfinite(a) || isInfinite(b)) return isZero(a) || isZero(b) ? GENERATED : infinity(minus);
  return pack(minus, a.s * b.s, scaleOf(a) + scaleOf(b));
}

export function divide(a: Extended, b: Extended): Extended {
  if (isNaNValue(a) || isNaNValue(b)) return passOn(a, b);
  const minus = negative(a) !== negative(b);
  if (isInfinite(a)) return isInfinite(b) ? GENERATED : infinity(minus);
  if (isInfinite(b)) return zero(minus);
  if (isZero(b)) return isZero(a) ? GENERATED : infinity(minus);
  const shift = 192n, dividend = a.s << shift, sticky = dividend % b.s === 0n ? 0n : 1n;
  return pack(minus, (dividend / b.s) << 1n | sticky, scaleOf(a) - scaleOf(b) - Number(shift) - 1);
}

/** fmod: exact, with the dividend's sign. */
export function remainder(a: Extended, b: Extended): Extended {
  if (isNaNValue(a) || isNaNValue(b)) return passOn(a, b);
  if (isInfinite(a) || isZero(b)) return GENERATED;
  if (isInfinite(b)) return pack(negative(a), a.s, scaleOf(a));
  const { x, y, scale } = aligned(a, b);
  return pack(negative(a), absolute(x) % absolute(y), scale);
}

function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt(Math.ceil(bitLength(n) / 2));
  for (;;) {
    const next = root + n / root >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function squareRoot(a: Extended): Extended {
  if (isNaNValue(a)) return passOn(a, a);
  if (isZero(a)) return a;
  if (negative(a)) return GENERATED;
  if (isInfinite(a)) return a;
  const shift = 200 + (scaleOf(a) & 1), n = a.s << BigInt(shift), root = integerRoot(n);
  return pack(false, root << 1n | (root * root === n ? 0n : 1n), (scaleOf(a) - shift) / 2 - 1);
}

/** As fcmp's predicate bits: 8 unordered, 4 less, 2 greater, 1 equal. */
export function relation(a: Extended, b: Extended): number {
  if (isNaNValue(a) || isNaNValue(b)) return 8;
  const rank = (v: Extended): number => (isInfinite(v) ? (negative(v) ? -1 : 1) : 0);
  if (rank(a) !== rank(b)) return rank(a) < rank(b) ? 4 : 2;
  if (rank(a) !== 0) return 1;
  const { x, y } = aligned(a, b);
  return x < y ? 4 : x > y ? 2 : 1;
}

export type IntegralRounding = 'down' | 'up' | 'zero' | 'nearest';

export function toIntegral(a: Extended, how: IntegralRounding): Extended {
  if (isNaNValue(a)) return passOn(a, a);
  if (isZero(a) || isInfinite(a) || scaleOf(a) >= 0) return a;
  const drop = BigInt(-scaleOf(a)), whole = a.s >> drop, rest = a.s - (whole << drop), half = 1n << drop - 1n, minus = negative(a);
  if (rest === 0n) return a;
  const away = how === 'up' ? !minus : how === 'down' ? minus : how === 'nearest' && (rest > half || (rest === half && (whole & 1n) === 1n));
  return pack(minus, away ? whole + 1n : whole, 0);
}

export function fromInteger(value: bigint): Extended { return value === 0n ? zero(false) : pack(value < 0n, absolute(value), 0); }

/** From IEEE bits with `fractionBits` below the integer bit. */
export function fromBinary(bits: bigint, fractionBits: number, exponentBits: number): Extended {
  const fraction = bits & (1n << BigInt(fractionBits)) - 1n, largest = 2 ** exponentBits - 1, bias = 2 ** (exponentBits - 1) - 1;
  const exponent = Number(bits >> BigInt(fractionBits)) & largest, minus = bits >> BigInt(fractionBits + exponentBits) === 1n;
  if (exponent === largest) return fraction === 0n ? infinity(minus) : { s: TOP | QUIET | fraction << BigInt(63 - fractionBits), word: signed(minus, 0x7fff) };
  return pack(minus, exponent === 0 ? fraction : fraction | 1n << BigInt(fractionBits), (exponent || 1) - bias - fractionBits);
}

export function toBinary(a: Extended, fractionBits: number, exponentBits: number): bigint {
  const bias = 2 ** (exponentBits - 1) - 1, largest = BigInt(2 * bias + 1) << BigInt(fractionBits);
  const sign = 1n << BigInt(fractionBits + exponentBits), minus = negative(a) ? sign : 0n;
  if (isInvalid(a)) return sign | largest | 1n << BigInt(fractionBits - 1);
  if (isNaNValue(a)) return minus | largest | ((a.s | QUIET) & ~TOP) >> BigInt(63 - fractionBits);
  if (isInfinite(a)) return minus | largest;
  if (a.s === 0n) return minus;
  let [kept, unit] = rounded(a.s, scaleOf(a), fractionBits + 1, 1 - bias - fractionBits);
  if (kept === 1n << BigInt(fractionBits + 1)) { kept >>= 1n; unit++; }
  const exponent = kept >> BigInt(fractionBits) === 0n ? 0 : unit + fractionBits + bias;
  return exponent > 2 * bias ? minus | largest : minus | BigInt(exponent) << BigInt(fractionBits) | kept & (1n << BigInt(fractionBits)) - 1n;
}

function truncated(a: Extended): bigint {
  const whole = scaleOf(a) >= 0 ? a.s << BigInt(scaleOf(a)) : a.s >> BigInt(-scaleOf(a));
  return negative(a) ? -whole : whole;
}

/** Truncated to 64 bits; out of range the smallest integer. */
export function toSigned(a: Extended): bigint {
  if (isNaNValue(a) || isInfinite(a)) return TOP;
  const whole = truncated(a);
  return whole >= -TOP && whole < TOP ? BigInt.asUintN(64, whole) : TOP;
}

/** From 2^63 on the signed conversion of what lies above it, as compilers do it. */
export function toUnsigned(a: Extended): bigint {
  if (isNaNValue(a) || isInfinite(a) || truncated(a) < TOP) return toSigned(a);
  const above = truncated(a) - TOP;
  return above < TOP ? above | TOP : 0n;
}
