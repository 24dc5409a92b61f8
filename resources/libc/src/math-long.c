/*
 * The long double functions. Those that only move bits, round, or take roots and remainders work in x86's extended
 * precision; the transcendental ones go through double and have its 53 bits.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ONE(name) long double name##l(long double x) { return name((double)x); }
#define TWO(name) long double name##l(long double x, long double y) { return name((double)x, (double)y); }
ONE(sin) ONE(cos) ONE(tan) ONE(asin) ONE(acos) ONE(atan) ONE(sinh) ONE(cosh) ONE(tanh) ONE(asinh) ONE(acosh) ONE(atanh)
ONE(exp) ONE(exp2) ONE(exp10) ONE(expm1) ONE(log) ONE(log2) ONE(log10) ONE(log1p) ONE(cbrt) ONE(erf) ONE(erfc) ONE(tgamma) ONE(lgamma)
TWO(pow) TWO(hypot) TWO(atan2)

void sincosl(long double x, long double *sine, long double *cosine) {
  *sine = sinl(x);
  *cosine = cosl(x);
}

/* mantissa 64 bits with its leading one, then sign and 15 bits of exponent (bias 16383) */
struct bits {
  uint64_t mantissa;
  uint16_t sign_exponent;
};

static struct bits get(long double x) {
  struct bits bits = {0, 0};
  memcpy(&bits, &x, 10);
  return bits;
}

static long double make(uint64_t mantissa, unsigned sign_exponent) {
  struct bits bits = {mantissa, (uint16_t)sign_exponent};
  long double x = 0;
  memcpy(&x, &bits, 10);
  return x;
}

static int is_negative(long double x) { return get(x).sign_exponent >> 15; }

long double fabsl(long double x) { return __builtin_fabsl(x); }
long double sqrtl(long double x) {
  if (x < 0) errno = EDOM;
  return __builtin_sqrtl(x);
}
long double floorl(long double x) { return __builtin_floorl(x); }
long double ceill(long double x) { return __builtin_ceill(x); }
long double truncl(long double x) { return __builtin_truncl(x); }
long double rintl(long double x) { return __builtin_rintl(x); }
long double nearbyintl(long double x) { return __builtin_rintl(x); }

long double copysignl(long double x, long double y) {
  struct bits a = get(x), b = get(y);
  return make(a.mantissa, (a.sign_exponent & 0x7fffu) | (b.sign_exponent & 0x8000u));
}

/* Halves go away from zero. */
long double roundl(long double x) {
  long double a = fabsl(x), whole = floorl(a);
  if (!(a < 0x1p63L)) return x;
  return copysignl(a - whole >= 0.5L ? whole + 1 : whole, x);
}

long lroundl(long double x) { return (long)roundl(x); }
long long llroundl(long double x) { return (long long)roundl(x); }
long lrintl(long double x) { return (long)rintl(x); }
long long llrintl(long double x) { return (long long)rintl(x); }
long double fminl(long double x, long double y) { return isnan(x) ? y : isnan(y) || x < y ? x : y; }
long double fmaxl(long double x, long double y) { return isnan(x) ? y : isnan(y) || x > y ? x : y; }
long double fdiml(long double x, long double y) { return isnan(x) || isnan(y) ? x + y : x > y ? x - y : 0; }

/* Rounded twice where the product does not fit 64 bits. */
long double fmal(long double x, long double y, long double z) { return x * y + z; }

long double modfl(long double x, long double *whole) {
  *whole = truncl(x);
  return copysignl(isinf(x) ? 0 : x - *whole, x);
}

long double frexpl(long double x, int *exponent) {
  *exponent = 0;
  if (x == 0 || !isfinite(x)) return x + x;
  struct bits bits = get(x);
  int extra = 0;
  if ((bits.sign_exponent & 0x7fff) == 0) {
    bits = get(x * 0x1p64L);
    extra = 64;
  }
  *exponent = (bits.sign_exponent & 0x7fff) - 16382 - extra;
  return make(bits.mantissa, (bits.sign_exponent & 0x8000u) | 16382u);
}

long double scalbnl(long double x, int n) {
  if (x == 0 || !isfinite(x)) return x + x;
  int e;
  long double m = frexpl(x, &e);
  long exponent = (long)e + n;
  if (exponent > 16384 || exponent < -16450) {
    errno = ERANGE;
    return copysignl(exponent > 0 ? HUGE_VALL : 0, x);
  }
  /* 2^(exponent - 1) as a number; subnormal results are reached in a last, rounding step. */
  if (exponent >= -16381) return 2 * m * make((uint64_t)1 << 63, (unsigned)(exponent - 1 + 16383));
  return m * make((uint64_t)1 << 63, (unsigned)(exponent + 100 + 16383)) * 0x1p-100L;
}

long double ldexpl(long double x, int n) { return scalbnl(x, n); }
long double scalblnl(long double x, long n) { return scalbnl(x, n > INT_MAX ? INT_MAX : n < INT_MIN ? INT_MIN : (int)n); }

int ilogbl(long double x) {
  if (x == 0 || !isfinite(x)) {
    errno = EDOM;
    return x == 0 ? FP_ILOGB0 : isnan(x) ? FP_ILOGBNAN : INT_MAX;
  }
  int e;
  frexpl(x, &e);
  return e - 1;
}

long double logbl(long double x) {
  if (x == 0) return errno = ERANGE, -HUGE_VALL;
  return isfinite(x) ? ilogbl(x) : x * x;
}

/* Subtracts y scaled down step by step: every step is exact. */
static long double remainder_of(long double x, long double y, unsigned *quotient) {
  long double r = fabsl(x);
  y = fabsl(y);
  *quotient = 0;
  if (r < y) return r;
  int steps = ilogbl(r) - ilogbl(y);
  for (int n = steps; n >= 0; n--) {
    long double part = scalbnl(y, n);
    *quotient <<= 1;
    if (r >= part) {
      r -= part;
      *quotient |= 1;
    }
  }
  return r;
}

static long double invalid_pair(long double x, long double y) {
  if (!isnan(x) && !isnan(y)) errno = EDOM;
  return (x * y) / (x * y);
}

long double fmodl(long double x, long double y) {
  unsigned quotient;
  if (!isfinite(x) || isnan(y) || y == 0) return invalid_pair(x, y);
  if (isinf(y)) return x;
  return copysignl(remainder_of(x, y, &quotient), x);
}

long double remquol(long double x, long double y, int *quotient) {
  unsigned q;
  *quotient = 0;
  if (!isfinite(x) || isnan(y) || y == 0) return invalid_pair(x, y);
  if (isinf(y)) return x;
  long double r = remainder_of(x, y, &q), half = fabsl(y) - r;
  if (r > half || (r == half && (q & 1) != 0)) {
    r = -half;
    q++;
  }
  q &= 7;
  *quotient = is_negative(x) != is_negative(y) ? -(int)q : (int)q;
  if (r == 0) return copysignl(0, x);
  return is_negative(x) ? -r : r;
}

long double remainderl(long double x, long double y) {
  int quotient;
  return remquol(x, y, &quotient);
}

long double nextafterl(long double x, long double y) {
  if (isnan(x) || isnan(y)) return x + y;
  if (x == y) return y;
  if (x == 0) return make(1, is_negative(y) ? 0x8000u : 0);
  struct bits bits = get(x);
  if ((x < y) == (x > 0)) {
    bits.mantissa++;
    if (bits.mantissa << 1 == 0) {
      bits.mantissa = (uint64_t)1 << 63;
      bits.sign_exponent++;
    }
  } else {
    bits.mantissa--;
    if (bits.mantissa == ((uint64_t)1 << 63) - 1 && (bits.sign_exponent & 0x7fff) != 0) {
      bits.sign_exponent--;
      if ((bits.sign_exponent & 0x7fff) != 0) bits.mantissa = ~(uint64_t)0;
    }
  }
  return make(bits.mantissa, bits.sign_exponent);
}

long double nexttowardl(long double x, long double y) { return nextafterl(x, y); }
double nexttoward(double x, long double y) { return nextafter(x, x < y ? HUGE_VAL : x > y ? -HUGE_VAL : x); }
float nexttowardf(float x, long double y) { return nextafterf(x, x < y ? HUGE_VALF : x > y ? -HUGE_VALF : x); }

long double nanl(const char *text) {
  (void)text;
  return __builtin_nanl("");
}
