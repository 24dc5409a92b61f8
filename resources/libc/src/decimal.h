/* Exact decimal numbers for the conversions between binary floating point and text; used by format-float.c and strtod.c. */
#ifndef PW_DECIMAL_H
#define PW_DECIMAL_H

#include <stdint.h>

#define LIMB 1000000000u
#define LIMB_DIGITS 9

/*
 * A number in base 10^9 with the decimal point between two limbs, most significant limb first:
 *
 *     limbs[first] … limbs[point - 1]  .  limbs[point] … limbs[count - 1]
 *
 * Limbs outside [first, count) are zero and not stored; the owner of `limbs` leaves room on both sides. first may lie
 * right of point (leading zeros), count left of it (trailing zeros).
 */
struct decimal {
  uint32_t *limbs;
  int first, count, point;
};

/* times 2^bits; grows to the left. Needs first ≤ count; limbs between count and point are taken as zero. */
void __pw_decimal_multiply(struct decimal *d, int bits);
/* divided by 2^bits; grows to the right, one limb for every 9 bits. */
void __pw_decimal_divide(struct decimal *d, int bits);

#endif
