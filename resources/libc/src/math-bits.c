/*
 * Functions on the representation of double (C11 7.12.6, 7.12.9 to 7.12.13): rounding, parts, neighbours, remainders,
 * fused multiply-add. All are exact or correctly rounded.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include "math-dd.h"

#define SIGN ((uint64_t)1 << 63)
#define FRACTION (((uint64_t)1 << 52) - 1)

double fabs(double x) { return __builtin_fabs(x); }
double floor(double x) { return __builtin_floor(x); }
double ceil(double x) { return __builtin_ceil(x); }
double trunc(double x) { return __builtin_trunc(x); }
double rint(double x) { return __builtin_rint(x); }
double nearbyint(double x) { return __builtin_rint(x); }
double copysign(double x, double y) { return __builtin_copysign(x, y); }

/* Halves go away from zero; the largest number below 1/2 keeps 0.49999999999999994 from becoming 1. */
double round(double x) { return __builtin_trunc(x + __builtin_copysign(0x1.fffffffffffffp-2, x)); }


/* Out of range: what x86's conversion gives, the most negative number. */
long lround(double x) { return (long)round(x); }
long long llround(double x) { return (long long)round(x); }
long lrint(double x) { return (long)__builtin_rint(x); }
long long llrint(double x) { return (long long)__builtin_rint(x); }

double fmin(double x, double y) { return isnan(x) ? y : isnan(y) || x < y ? x : y; }
double fmax(double x, double y) { return isnan(x) ? y : isnan(y) || x > y ? x : y; }

double fdim(double x, double y) {
  if (isnan(x) || isnan(y)) return x + y;
  if (x <= y) return 0;
  double difference = x - y;
  if (isinf(difference) && !isinf(x) && !isinf(y)) errno = ERANGE;
  return difference;
}

double modf(double x, double *whole) {
  *whole = __builtin_trunc(x);
  return __builtin_copysign(isinf(x) ? 0 : x - *whole, x);
}

double frexp(double x, int *exponent) {
  *exponent = 0;
  if (x == 0 || !isfinite(x)) return x + x;
  int extra = 0;
  if (__builtin_fabs(x) < 0x1p-1022) {
    x *= 0x1p54;
    extra = 54;
  }
  uint64_t bits = bits_of(x);
  *exponent = (int)(bits >> 52 & 0x7ff) - 1022 - extra;
  return from_bits((bits & ~((uint64_t)0x7ff << 52)) | (uint64_t)1022 << 52);
}

/* x · 2^n, rounded once: a subnormal result is reached by one multiplication of a normal number. */
double scalbn(double x, int n) {
  if (x == 0 || !isfinite(x)) return x + x;
  int e;
  double m = frexp(x, &e);
  long exponent = (long)e + n;
  if (exponent > 1024) {
    errno = ERANGE;
    return __builtin_copysign(HUGE_VAL, x);
  }
  if (exponent < -1080) {
    errno = ERANGE;
    return __builtin_copysign(0.0, x);
  }
  double result = exponent >= -1021 ? 2 * m * power_of_two((int)exponent - 1) : m * 0x1p-1000 * power_of_two((int)exponent + 1000);
  if (result == 0) errno = ERANGE;
  return result;
}

double ldexp(double x, int n) { return scalbn(x, n); }

double scalbln(double x, long n) { return scalbn(x, n > INT_MAX ? INT_MAX : n < INT_MIN ? INT_MIN : (int)n); }

int ilogb(double x) {
  if (x == 0 || !isfinite(x)) {
    errno = EDOM;
    return x == 0 ? FP_ILOGB0 : isnan(x) ? FP_ILOGBNAN : INT_MAX;
  }
  int e;
  frexp(x, &e);
  return e - 1;
}

double logb(double x) {
  if (x == 0) return -HUGE_VAL;
  return isfinite(x) ? ilogb(x) : x * x;
}

double nextafter(double x, double y) {
  if (isnan(x) || isnan(y)) return x + y;
  if (x == y) return y;
  if (x == 0) return __builtin_copysign(0x1p-1074, y);
  uint64_t bits = bits_of(x);
  double result = from_bits((x < y) == (x > 0) ? bits + 1 : bits - 1);
  if (!isfinite(result) || __builtin_fabs(result) < 0x1p-1022) errno = ERANGE;
  return result;
}

/* The magnitude of a finite x that is not 0: mantissa with bit 52 set, and the exponent of its last bit. */
static uint64_t take_apart(double x, int *exponent) {
  uint64_t bits = bits_of(x) & ~SIGN;
  int e = (int)(bits >> 52);
  uint64_t m = bits & FRACTION;
  if (e == 0) {
    int shift = __builtin_clzll(m) - 11;
    *exponent = -1074 - shift;
    return m << shift;
  }
  *exponent = e - 1075;
  return m | (FRACTION + 1);
}

/* m · 2^e, exact, m < 2^53. */
static double put_together(uint64_t m, int e) {
  if (m == 0) return 0;
  int shift = __builtin_clzll(m) - 11;
  if (e - shift < -1074) return from_bits(e < -1074 ? m >> (-1074 - e) : m << (e + 1074));
  m <<= shift;
  return from_bits((m & FRACTION) | (uint64_t)(e - shift + 1075) << 52);
}

/* |x| modulo |y|, both finite, y not 0, by binary long division; the low bits of the quotient in *quotient. */
static double remainder_of(double x, double y, unsigned *quotient) {
  *quotient = 0;
  if (x == 0 || __builtin_fabs(x) < __builtin_fabs(y)) return __builtin_fabs(x);
  int ex, ey;
  uint64_t mx = take_apart(x, &ex), my = take_apart(y, &ey);
  unsigned q = 0;
  for (;; ex--) {
    q <<= 1;
    if (mx >= my) {
      mx -= my;
      q |= 1;
    }
    if (ex == ey) break;
    if (mx == 0) {
      q = ex - ey < 32 ? q << (ex - ey) : 0;
      break;
    }
    mx <<= 1;
  }
  *quotient = q;
  return put_together(mx, ey);
}

static double invalid_pair(double x, double y) {
  double product = x * y;
  if (!isnan(x) && !isnan(y)) errno = EDOM;
  return product / product;
}

double fmod(double x, double y) {
  unsigned quotient;
  if (!isfinite(x) || isnan(y) || y == 0) return invalid_pair(x, y);
  if (isinf(y)) return x;
  return __builtin_copysign(remainder_of(x, y, &quotient), x);
}

double remquo(double x, double y, int *quotient) {
  unsigned q;
  *quotient = 0;
  if (!isfinite(x) || isnan(y) || y == 0) return invalid_pair(x, y);
  if (isinf(y)) return x;
  double a = __builtin_fabs(y), r = remainder_of(x, y, &q);
  /* To nearest, ties to an even quotient; r + r may overflow only where a is larger than half of everything. */
  int up = a < 0x1p-1021 ? r + r > a || (r + r == a && (q & 1) != 0) : r > 0.5 * a || (r == 0.5 * a && (q & 1) != 0);
  if (up) {
    r -= a;
    q++;
  }
  int negative = signbit(x) != signbit(y);
  q &= 7;
  *quotient = negative ? -(int)q : (int)q;
  if (r == 0) return __builtin_copysign(0.0, x);
  return signbit(x) ? -r : r;
}

double remainder(double x, double y) {
  int quotient;
  return remquo(x, y, &quotient);
}

/* 128-bit integer with a sticky lowest bit shifted right by n. */
static unsigned __int128 shift_sticky(unsigned __int128 m, int n) {
  if (n <= 0) return m;
  if (n > 127) return m != 0;
  return m >> n | ((m & (((unsigned __int128)1 << n) - 1)) != 0);
}

/*
 * x · y + z with one rounding: the product is an exact 106-bit integer; the addend is aligned to it in 128 bits, bits
 * that fall off leave a sticky one; the sum is rounded to nearest even at the place that its exponent gives.
 */
double fma(double x, double y, double z) {
  if (!isfinite(x) || !isfinite(y) || x == 0 || y == 0) return x * y + z;
  if (!isfinite(z)) return z + z;
  if (z == 0) {
    if (bits_of(x * y) << 1 != 0 && __builtin_fabs(x * y) >= 0x1p-1000) return x * y;
  }
  int ex, ey, ez = -5000;
  unsigned __int128 product = (unsigned __int128)take_apart(x, &ex);
  product *= take_apart(y, &ey);
  int e = ex + ey, product_negative = signbit(x) != signbit(y), z_negative = signbit(z);
  unsigned __int128 addend = z == 0 ? 0 : take_apart(z, &ez);
  /* Both to the left, so that three bits remain free above, then to the larger exponent. */
  product <<= 19;
  e -= 19;
  if (addend != 0) {
    addend <<= 72;
    ez -= 72;
    if (e > ez + 0) {
      addend = shift_sticky(addend, e - ez);
    } else if (e < ez) {
      product = shift_sticky(product, ez - e);
      e = ez;
    }
  }
  int negative = product_negative;
  unsigned __int128 sum;
  if (product_negative == z_negative || addend == 0) {
    sum = product + addend;
  } else if (product >= addend) {
    sum = product - addend;
  } else {
    sum = addend - product;
    negative = z_negative;
  }
  if (sum == 0) return product_negative && z_negative ? -0.0 : 0.0;
  uint64_t top = (uint64_t)(sum >> 64);
  int length = top != 0 ? 128 - __builtin_clzll(top) : 64 - __builtin_clzll((uint64_t)sum);
  int drop = length - 53;
  if (e + drop < -1074) drop = -1074 - e;
  uint64_t m;
  if (drop > 0) {
    sum = shift_sticky(sum, drop - 2);
    if (drop == 1) sum <<= 1;
    m = (uint64_t)(sum >> 2);
    unsigned rest = (unsigned)sum & 3;
    if (rest > 2 || (rest == 2 && (m & 1) != 0)) m++;
    e += drop;
  } else {
    m = (uint64_t)sum;
  }
  if (m >> 53 != 0) {
    m >>= 1;
    e++;
  }
  double result;
  int bits = m == 0 ? 0 : 64 - __builtin_clzll(m);
  if (m != 0 && e + bits > 1024) {
    errno = ERANGE;
    result = HUGE_VAL;
  } else {
    result = put_together(m, e);
  }
  return negative ? -result : result;
}

double nan(const char *text) {
  (void)text;
  return __builtin_nan("");
}
