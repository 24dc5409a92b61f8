/*
 * Scaling of exact decimal numbers by powers of two. Multiplication carries to the left, 29 bits at a time. Division
 * goes from the left: the remainder of a limb, r / 2^k with k ≤ 9, is worth r · (10^9 / 2^k) in the next limb, and that
 * is an integer because 10^9 is a multiple of 2^9. Both are exact.
 */
#include "decimal.h"

void __pw_decimal_multiply(struct decimal *d, int bits) {
  while (bits > 0) {
    int step = bits > 29 ? 29 : bits;
    uint64_t carry = 0;
    for (int i = d->count - 1; i >= d->first; i--) {
      uint64_t x = ((uint64_t)d->limbs[i] << step) + carry;
      carry = x / LIMB;
      d->limbs[i] = (uint32_t)(x - carry * LIMB);
    }
    if (carry != 0) d->limbs[--d->first] = (uint32_t)carry;
    while (d->count > d->first && d->limbs[d->count - 1] == 0) d->count--;
    bits -= step;
  }
}

void __pw_decimal_divide(struct decimal *d, int bits) {
  while (bits > 0) {
    int step = bits > LIMB_DIGITS ? LIMB_DIGITS : bits;
    uint32_t mask = (1u << step) - 1, unit = LIMB >> step, carry = 0;
    for (int i = d->first; i < d->count; i++) {
      uint32_t remainder = d->limbs[i] & mask;
      d->limbs[i] = (d->limbs[i] >> step) + carry;
      carry = remainder * unit;
    }
    if (carry != 0) d->limbs[d->count++] = carry;
    while (d->first < d->count && d->limbs[d->first] == 0) d->first++;
    bits -= step;
  }
}
