/**
 * Arithmetic wider than 64 bits: high products and i128 as pairs (low, high). Results of two words: the low one is returned,
 * the high one is in `highWord`.
 */

/** High word of the last two-word result. */
export let highWord: u64 = 0;
/** Remainder of the last divideU128. */
export let remainderLow: u64 = 0;
export let remainderHigh: u64 = 0;

/** High 64 bits of the unsigned product, from four 32-bit products. */
export function mulHighU(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff, aHigh = a >> 32, bLow = b & 0xffffffff, bHigh = b >> 32;
  const middle = aHigh * bLow + (aLow * bLow >> 32);
  const cross = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}

/** High 64 bits of the signed product: the unsigned one less what the signs added. */
export function mulHighS(a: u64, b: u64): u64 {
  return mulHighU(a, b) - (<u64>(<i64>a >> 63) & b) - (<u64>(<i64>b >> 63) & a);
}

export function multiply128(aLow: u64, aHigh: u64, bLow: u64, bHigh: u64): u64 {
  highWord = mulHighU(aLow, bLow) + aLow * bHigh + aHigh * bLow;
  return aLow * bLow;
}

/** Quotient of (high:low) / d where high < d, remainder in remainderLow: 64 steps of shift and subtract. */
export function divide128by64(high: u64, low: u64, d: u64): u64 {
  let rest = high, quotient: u64 = 0;
  for (let k = 0; k < 64; k++) {
    const carry = rest >> 63;
    rest = rest << 1 | low >> 63;
    low <<= 1;
    quotient <<= 1;
    if (carry || rest >= d) { rest -= d; quotient |= 1; }
  }
  remainderLow = rest;
  return quotient;
}

/** Unsigned quotient; the remainder is left in remainderLow and remainderHigh. The divisor must not be 0. */
export function divideU128(aLow: u64, aHigh: u64, bLow: u64, bHigh: u64): u64 {
  remainderHigh = 0;
  if (!bHigh) {
    const quotientHigh = aHigh / bLow, quotientLow = divide128by64(aHigh % bLow, aLow, bLow);
    highWord = quotientHigh;
    return quotientLow;
  }
  let restLow = aHigh, restHigh: u64 = 0, quotient: u64 = 0;
  // The quotient has less than 64 bits: start with the high word as the partial remainder.
  for (let k = 0; k < 64; k++) {
    restHigh = restHigh << 1 | restLow >> 63;
    restLow = restLow << 1 | aLow >> 63;
    aLow <<= 1;
    quotient <<= 1;
    if (restHigh > bHigh || (restHigh == bHigh && restLow >= bLow)) {
      const borrow: u64 = restLow < bLow ? 1 : 0;
      restLow -= bLow;
      restHigh = restHigh - bHigh - borrow;
      quotient |= 1;
    }
  }
  remainderLow = restLow;
  remainderHigh = restHigh;
  highWord = 0;
  return quotient;
}

/** Low word of −(high:low); the high one in highWord. */
export function negate128(low: u64, high: u64): u64 {
  highWord = ~high + (low == 0 ? 1 : 0);
  return 0 - low;
}

/** Signed quotient (truncating) or remainder (sign of the dividend). The divisor must not be 0, nor the quotient overflow. */
export function divideS128(aLow: u64, aHigh: u64, bLow: u64, bHigh: u64, remainder: bool): u64 {
  const negativeA = <i64>aHigh < 0, negativeB = <i64>bHigh < 0;
  if (negativeA) { aLow = negate128(aLow, aHigh); aHigh = highWord; }
  if (negativeB) { bLow = negate128(bLow, bHigh); bHigh = highWord; }
  let low = divideU128(aLow, aHigh, bLow, bHigh), high = highWord;
  if (remainder) { low = remainderLow; high = remainderHigh; }
  const negative = remainder ? negativeA : negativeA != negativeB;
  if (negative) return negate128(low, high);
  highWord = high;
  return low;
}

export function shiftLeft128(low: u64, high: u64, n: u64): u64 {
  n &= 127;
  if (n == 0) { highWord = high; return low; }
  if (n >= 64) { highWord = low << (n - 64); return 0; }
  highWord = high << n | low >> (64 - n);
  return low << n;
}
export function shiftRight128(low: u64, high: u64, n: u64, signed: bool): u64 {
  n &= 127;
  const fill: u64 = signed ? <u64>(<i64>high >> 63) : 0;
  if (n == 0) { highWord = high; return low; }
  if (n >= 64) {
    highWord = fill;
    return n == 64 ? high : high >> (n - 64) | fill << (128 - n);
  }
  highWord = signed ? <u64>(<i64>high >> <i64>n) : high >> n;
  return low >> n | high << (64 - n);
}
