/**
 * x86 extended precision (Intel SDM volume 1, 4.2.2): sign, 15-bit exponent (bias 16,383), 64-bit significand whose top bit is
 * the integer bit. In registers: the significand, and a word with sign (bit 15) and exponent.
 *
 * Every operation is exact first (integers of up to 128 bits and a sticky bit) and rounded once, to nearest, ties to even, with a
 * 64-bit significand (the precision control of Linux). NaNs follow SDM volume 1, table 4-7: of two, the larger significand;
 * a quiet one rather than a signalling one; generated: 0xFFFF C000000000000000. Encodings with the integer bit
 * clear and an exponent that is not 0 are invalid operands and give the generated NaN.
 *
 * Results: the significand is returned, the word is left in `signExponent`.
 */
import { divide128by64, mulHighU, remainderLow } from "./wide";

export let signExponent: u64 = 0;

const BIAS: i32 = 16383;
const EXPONENT_MAX: i32 = 0x7fff;
const TOP: u64 = 0x8000000000000000;
const QUIET: u64 = 0x4000000000000000;
const GENERATED: u64 = 0xc000000000000000;
/** Unbiased exponent of the smallest normal number. */
const EXPONENT_MIN: i32 = 1 - BIAS;

// @ts-ignore: decorator
@inline function exponentField(word: u64): i32 { return <i32>word & EXPONENT_MAX; }
// @ts-ignore: decorator
@inline export function isNegative(word: u64): bool { return (word & 0x8000) != 0; }
// @ts-ignore: decorator
@inline function signOf(word: u64): u64 { return word & 0x8000; }
// @ts-ignore: decorator
@inline function isInvalid(s: u64, word: u64): bool { return exponentField(word) != 0 && !(s & TOP); }
/** NaN, or an encoding that is treated as one. */
// @ts-ignore: decorator
@inline export function isNaN(s: u64, word: u64): bool { return isInvalid(s, word) || (exponentField(word) == EXPONENT_MAX && s != TOP); }
// @ts-ignore: decorator
@inline export function isInfinite(s: u64, word: u64): bool { return exponentField(word) == EXPONENT_MAX && s == TOP; }
// @ts-ignore: decorator
@inline function isZero(s: u64, word: u64): bool { return s == 0 && exponentField(word) == 0; }

/** Unbiased exponent of the integer bit once the significand is normalized; `s` must not be 0. */
// @ts-ignore: decorator
@inline function exponentOf(s: u64, word: u64): i32 {
  const field = exponentField(word);
  return (field ? field : 1) - BIAS - <i32>clz<u64>(s);
}
// @ts-ignore: decorator
@inline function normalized(s: u64): u64 { return s << clz<u64>(s); }

function result(s: u64, word: u64): u64 {
  signExponent = word;
  return s;
}
export function generatedNaN(): u64 { return result(GENERATED, 0xffff); }
// @ts-ignore: decorator
@inline function infinity(sign: u64): u64 { return result(TOP, sign | EXPONENT_MAX); }

/** NaN of a two-operand operation of which one is a NaN. */
function propagate(a: u64, aWord: u64, b: u64, bWord: u64): u64 {
  if (isInvalid(a, aWord) || isInvalid(b, bWord)) return generatedNaN();
  if (!isNaN(b, bWord)) return result(a | QUIET, aWord);
  if (!isNaN(a, aWord)) return result(b | QUIET, bWord);
  const aQuiet = (a & QUIET) != 0, bQuiet = (b & QUIET) != 0;
  if (aQuiet != bQuiet) return aQuiet ? result(a, aWord) : result(b, bWord);
  const first = a != b ? a > b : signOf(aWord) <= signOf(bWord);
  return first ? result(a | QUIET, aWord) : result(b | QUIET, bWord);
}
/** NaN of a one-operand operation. */
export function propagateOne(a: u64, word: u64): u64 { return propagate(a, word, a, word); }

/**
 * Rounds and packs the value (high + low·2^−64) · 2^(exponent − 63); the top bit of `high` is set, `low` may have its lowest bit
 * standing for everything below (sticky).
 */
function pack(sign: u64, exponent: i32, high: u64, low: u64): u64 {
  if (exponent < EXPONENT_MIN) {
    const n = EXPONENT_MIN - exponent;
    if (n > 64) { low = 1; high = 0; }
    else if (n == 64) { low = high | (low ? 1 : 0); high = 0; }
    else {
      low = high << (64 - n) | low >> n | (low << (64 - n) ? 1 : 0);
      high >>= n;
    }
    exponent = EXPONENT_MIN;
  }
  if (low > TOP || (low == TOP && high & 1)) {
    high++;
    if (!high) { high = TOP; exponent++; }
  }
  if (exponent > BIAS) return infinity(sign);
  return result(high, sign | (high & TOP ? <u64>(exponent + BIAS) : 0));
}

export function addExtended(a: u64, aWord: u64, b: u64, bWord: u64): u64 {
  if (isNaN(a, aWord) || isNaN(b, bWord)) return propagate(a, aWord, b, bWord);
  const aSign = signOf(aWord), bSign = signOf(bWord);
  if (isInfinite(a, aWord)) return isInfinite(b, bWord) && aSign != bSign ? generatedNaN() : infinity(aSign);
  if (isInfinite(b, bWord)) return infinity(bSign);
  if (isZero(a, aWord)) return isZero(b, bWord) ? result(0, aSign & bSign) : result(b, canonicalWord(b, bWord));
  if (isZero(b, bWord)) return result(a, canonicalWord(a, aWord));
  const aExponent = exponentOf(a, aWord), bExponent = exponentOf(b, bWord), aFull = normalized(a), bFull = normalized(b);
  const aLarger = aExponent != bExponent ? aExponent > bExponent : aFull >= bFull;
  const large = aLarger ? aFull : bFull, small = aLarger ? bFull : aFull, sign = aLarger ? aSign : bSign;
  const exponent = aLarger ? aExponent : bExponent, distance = aLarger ? aExponent - bExponent : bExponent - aExponent;
  // The smaller one as 128 bits below the larger one's integer bit, with a sticky bit.
  let high: u64 = 0, low: u64 = 1;
  if (distance == 0) { high = small; low = 0; }
  else if (distance < 64) { high = small >> distance; low = small << (64 - distance); }
  else if (distance == 64) low = small;
  else if (distance < 126) low = small >> (distance - 64) | (small << (128 - distance) ? 1 : 0);
  if (aSign == bSign) {
    const sum = large + high;
    if (sum >= large) return pack(sign, exponent, sum, low);
    return pack(sign, exponent + 1, sum >> 1 | TOP, low >> 1 | sum << 63 | low & 1);
  }
  let top = large - high - (low ? 1 : 0), rest = <u64>0 - low;
  if (!(top | rest)) return result(0, 0);
  let shift: i32 = top ? <i32>clz<u64>(top) : 64 + <i32>clz<u64>(rest);
  if (shift >= 64) { top = rest << (shift - 64); rest = 0; }
  else if (shift) { top = top << shift | rest >> (64 - shift); rest <<= shift; }
  return pack(sign, exponent - shift, top, rest);
}

/** A denormal with the integer bit set has the value, and on output the exponent, of the smallest normal. */
function canonicalWord(s: u64, word: u64): u64 { return s & TOP && !exponentField(word) ? word | 1 : word; }

export function multiplyExtended(a: u64, aWord: u64, b: u64, bWord: u64): u64 {
  if (isNaN(a, aWord) || isNaN(b, bWord)) return propagate(a, aWord, b, bWord);
  const sign = signOf(aWord) ^ signOf(bWord);
  if (isInfinite(a, aWord) || isInfinite(b, bWord)) return isZero(a, aWord) || isZero(b, bWord) ? generatedNaN() : infinity(sign);
  if (isZero(a, aWord) || isZero(b, bWord)) return result(0, sign);
  const exponent = exponentOf(a, aWord) + exponentOf(b, bWord), x = normalized(a), y = normalized(b);
  const high = mulHighU(x, y), low = x * y;
  if (high & TOP) return pack(sign, exponent + 1, high, low);
  return pack(sign, exponent, high << 1 | low >> 63, low << 1);
}

export function divideExtended(a: u64, aWord: u64, b: u64, bWord: u64): u64 {
  if (isNaN(a, aWord) || isNaN(b, bWord)) return propagate(a, aWord, b, bWord);
  const sign = signOf(aWord) ^ signOf(bWord);
  if (isInfinite(a, aWord)) return isInfinite(b, bWord) ? generatedNaN() : infinity(sign);
  if (isInfinite(b, bWord)) return result(0, sign);
  if (isZero(b, bWord)) return isZero(a, aWord) ? generatedNaN() : infinity(sign);
  if (isZero(a, aWord)) return result(0, sign);
  const x = normalized(a), y = normalized(b), whole = x >= y;
  const high = whole ? divide128by64(x >> 1, x << 63, y) : divide128by64(x, 0, y);
  const low = divide128by64(remainderLow, 0, y);
  return pack(sign, exponentOf(a, aWord) - exponentOf(b, bWord) - (whole ? 0 : 1), high, low | (remainderLow ? 1 : 0));
}

/** fmod: exact, sign of the dividend. */
export function remainderExtended(a: u64, aWord: u64, b: u64, bWord: u64): u64 {
  if (isNaN(a, aWord) || isNaN(b, bWord)) return propagate(a, aWord, b, bWord);
  if (isInfinite(a, aWord) || isZero(b, bWord)) return generatedNaN();
  if (isInfinite(b, bWord) || isZero(a, aWord)) return result(a, canonicalWord(a, aWord));
  let exponent = exponentOf(a, aWord);
  const bExponent = exponentOf(b, bWord), y = normalized(b);
  if (exponent < bExponent) return result(a, canonicalWord(a, aWord));
  let rest = normalized(a);
  if (rest >= y) rest -= y;
  for (; exponent > bExponent && rest; exponent--) {
    const carry = rest >> 63;
    rest <<= 1;
    if (carry || rest >= y) rest -= y;
  }
  if (!rest) return result(0, signOf(aWord));
  const shift = <i32>clz<u64>(rest);
  return pack(signOf(aWord), bExponent - shift, rest << shift, 0);
}

export function squareRootExtended(a: u64, word: u64): u64 {
  if (isNaN(a, word)) return propagateOne(a, word);
  if (isZero(a, word)) return result(0, word);
  if (isNegative(word)) return generatedNaN();
  if (isInfinite(a, word)) return infinity(0);
  const exponent = exponentOf(a, word), odd = exponent & 1, x = normalized(a);
  // root = floor(sqrt(x · 2^(63 or 64))), two radicand bits a step.
  let nextHigh = odd ? x : x >> 1, nextLow: u64 = odd ? 0 : x << 63, root: u64 = 0, rest: u64 = 0, restHigh: u64 = 0;
  for (let k = 0; k < 64; k++) {
    restHigh = restHigh << 2 | rest >> 62;
    rest = rest << 2 | nextHigh >> 62;
    nextHigh = nextHigh << 2 | nextLow >> 62;
    nextLow <<= 2;
    // Trial: 4·root + 1, up to 66 bits.
    const trialHigh = root >> 62, trial = root << 2 | 1;
    root <<= 1;
    if (restHigh > trialHigh || (restHigh == trialHigh && rest >= trial)) {
      restHigh = restHigh - trialHigh - (rest < trial ? 1 : 0);
      rest -= trial;
      root |= 1;
    }
  }
  const above = restHigh != 0 || rest > root;
  return pack(0, exponent - odd >> 1, root, above ? TOP | 1 : rest ? 1 : 0);
}

/** Bits of a comparison as LLVM's fcmp predicates have them: 8 unordered, 4 less, 2 greater, 1 equal. */
export function relationExtended(a: u64, aWord: u64, b: u64, bWord: u64): u32 {
  if (isNaN(a, aWord) || isNaN(b, bWord)) return 8;
  if (!a && !b) return 1;
  const aNegative = isNegative(aWord), bNegative = isNegative(bWord);
  if (!a) return bNegative ? 2 : 4;
  if (!b) return aNegative ? 4 : 2;
  if (aNegative != bNegative) return aNegative ? 4 : 2;
  const aExponent = exponentOf(a, aWord), bExponent = exponentOf(b, bWord), x = normalized(a), y = normalized(b);
  if (aExponent == bExponent && x == y) return 1;
  const aSmaller = aExponent != bExponent ? aExponent < bExponent : x < y;
  return aSmaller != aNegative ? 4 : 2;
}

export const enum Rounding { Down, Up, Zero, Nearest }

/** To an integral value: floor, ceil, trunc, rint. */
export function roundExtended(a: u64, word: u64, how: Rounding): u64 {
  if (isNaN(a, word)) return propagateOne(a, word);
  if (isZero(a, word) || isInfinite(a, word)) return result(a, word);
  const exponent = exponentOf(a, word), sign = signOf(word);
  if (exponent >= 63) return result(a, word);
  if (exponent < 0) {
    const up = how == Rounding.Up ? !sign : how == Rounding.Down ? sign != 0 : how == Rounding.Nearest && exponent == -1 && normalized(a) > TOP;
    return up ? result(TOP, sign | BIAS) : result(0, sign);
  }
  const unit: u64 = <u64>1 << (63 - exponent), fraction = a & (unit - 1), whole = a - fraction;
  if (!fraction) return result(a, word);
  let up = how == Rounding.Up ? !sign : how == Rounding.Down ? sign != 0 : false;
  if (how == Rounding.Nearest) up = fraction > unit >> 1 || (fraction == unit >> 1 && (whole & unit) != 0);
  if (!up) return result(whole, word);
  const next = whole + unit;
  return next ? result(next, word) : result(TOP, word + 1);
}

// ---- Conversions -------------------------------------------------------------------------------------------------------

/** From an unsigned magnitude. */
export function fromMagnitude(magnitude: u64, sign: u64): u64 {
  if (!magnitude) return result(0, sign);
  const shift = <i32>clz<u64>(magnitude);
  return result(magnitude << shift, sign | <u64>(BIAS + 63 - shift));
}

/** From the fields of a binary format with `fractionBits` below the integer bit and the given exponent bias. */
export function fromBinary(negative: bool, field: i32, fraction: u64, fractionBits: u64, bias: i32): u64 {
  const sign: u64 = negative ? 0x8000 : 0, atTop = fraction << (63 - fractionBits);
  if (field == bias * 2 + 1) return fraction ? result(TOP | QUIET | atTop, sign | EXPONENT_MAX) : infinity(sign);
  if (field) return result(TOP | atTop, sign | <u64>(field - bias + BIAS));
  if (!fraction) return result(0, sign);
  const shift = <i32>clz<u64>(atTop);
  return result(atTop << shift, sign | <u64>(BIAS + 1 - bias - shift));
}

/** To the bits of a binary format. */
export function toBinary(s: u64, word: u64, fractionBits: i32, bias: i32): u64 {
  const exponentBits: u64 = fractionBits == 52 ? 11 : 8, fieldMax = <u64>(bias * 2 + 1);
  const sign: u64 = <u64>isNegative(word) << (exponentBits + <u64>fractionBits), infinite = sign | fieldMax << <u64>fractionBits;
  if (isNaN(s, word)) {
    if (isInvalid(s, word)) return (<u64>1 << (exponentBits + <u64>fractionBits)) | fieldMax << <u64>fractionBits | <u64>1 << <u64>(fractionBits - 1);
    return infinite | ((s | QUIET) & ~TOP) >> <u64>(63 - fractionBits);
  }
  if (isInfinite(s, word)) return infinite;
  if (!s) return sign;
  let exponent = exponentOf(s, word), drop = 63 - fractionBits;
  if (exponent > bias) return infinite;
  const isDenormal = exponent < 1 - bias;
  if (isDenormal) drop += 1 - bias - exponent;
  if (drop > 64) return sign;
  const full = normalized(s);
  const kept: u64 = drop == 64 ? 0 : full >> drop, below = full << (64 - drop), half = below > TOP || (below == TOP && kept & 1);
  // Kept has the integer bit of a normal number: adding it to the exponent field below lets a carry raise the exponent.
  const base: u64 = isDenormal ? 0 : <u64>(exponent + bias - 1) << <u64>fractionBits;
  return sign | (base + kept + (half ? 1 : 0));
}

/** Truncated to a signed 64-bit integer; out of range: the integer indefinite. */
export function toSigned(s: u64, word: u64): u64 {
  if (isNaN(s, word) || isInfinite(s, word)) return TOP;
  if (!s) return 0;
  const exponent = exponentOf(s, word);
  if (exponent < 0) return 0;
  if (exponent > 62) return TOP;
  const magnitude = normalized(s) >> (63 - exponent);
  return isNegative(word) ? <u64>0 - magnitude : magnitude;
}
/** Truncated to an unsigned 64-bit integer as compilers do it: from 2^63 on, the signed conversion of what lies above it. */
export function toUnsigned(s: u64, word: u64): u64 {
  if (isNegative(word) || isNaN(s, word) || isInfinite(s, word) || !s || exponentOf(s, word) < 63) return toSigned(s, word);
  return exponentOf(s, word) == 63 ? normalized(s) : 0;
}
