/*
 * The float functions: the double function, rounded. The double result has 29 more bits, so that rounding twice differs
 * from rounding once in fewer than one case in hundreds of millions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include "math-dd.h"

/* Overflow and underflow that only the rounding to float made. */
static float narrow(double x) {
  float result = (float)x;
  if ((isinf(result) && !isinf(x)) || (result == 0 && x != 0)) errno = ERANGE;
  return result;
}

#define ONE(name) float name##f(float x) { return narrow(name(x)); }
#define TWO(name) float name##f(float x, float y) { return narrow(name(x, y)); }
ONE(sin) ONE(cos) ONE(tan) ONE(asin) ONE(acos) ONE(atan) ONE(sinh) ONE(cosh) ONE(tanh) ONE(asinh) ONE(acosh) ONE(atanh)
ONE(exp) ONE(exp2) ONE(expm1) ONE(log) ONE(log2) ONE(log10) ONE(log1p) ONE(cbrt) ONE(erf) ONE(erfc) ONE(tgamma) ONE(lgamma)
ONE(logb) ONE(exp10)
TWO(pow) TWO(hypot) TWO(atan2) TWO(fmod) TWO(remainder) TWO(fdim) TWO(fmin) TWO(fmax)

float fabsf(float x) { return __builtin_fabsf(x); }
float floorf(float x) { return __builtin_floorf(x); }
float ceilf(float x) { return __builtin_ceilf(x); }
float truncf(float x) { return __builtin_truncf(x); }
float rintf(float x) { return __builtin_rintf(x); }
float nearbyintf(float x) { return __builtin_rintf(x); }
float roundf(float x) { return __builtin_truncf(x + __builtin_copysignf(0x1.fffffep-2f, x)); }
float copysignf(float x, float y) { return __builtin_copysignf(x, y); }
long lroundf(float x) { return lround(x); }
long long llroundf(float x) { return llround(x); }
long lrintf(float x) { return lrint(x); }
long long llrintf(float x) { return llrint(x); }
int ilogbf(float x) { return ilogb(x); }
float scalbnf(float x, int n) { return narrow(scalbn(x, n)); }
float ldexpf(float x, int n) { return narrow(scalbn(x, n)); }
float scalblnf(float x, long n) { return narrow(scalbln(x, n)); }
float frexpf(float x, int *exponent) { return (float)frexp(x, exponent); }

void sincosf(float x, float *sine, float *cosine) {
  *sine = sinf(x);
  *cosine = cosf(x);
}

float remquof(float x, float y, int *quotient) { return (float)remquo(x, y, quotient); }

float modff(float x, float *whole) {
  double part, fraction = modf(x, &part);
  *whole = (float)part;
  return (float)fraction;
}

/* The product of two floats is exact in double; the sum is rounded to odd so that the last rounding is the only one. */
float fmaf(float x, float y, float z) {
  double product = (double)x * y;
  dd sum = two_sum(product, z);
  if (isfinite(sum.hi) && sum.lo != 0 && (bits_of(sum.hi) & 1) == 0) {
    int away = (sum.lo > 0) == (sum.hi > 0);
    sum.hi = from_bits(bits_of(sum.hi) + (away ? 1 : (uint64_t)-1));
  }
  return narrow(sum.hi);
}

float nextafterf(float x, float y) {
  if (isnan(x) || isnan(y)) return x + y;
  if (x == y) return y;
  if (x == 0) return __builtin_copysignf(0x1p-149f, y);
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits += (x < y) == (x > 0) ? 1u : -1u;
  memcpy(&x, &bits, sizeof bits);
  if (!isfinite(x) || __builtin_fabsf(x) < 0x1p-126f) errno = ERANGE;
  return x;
}

float nanf(const char *text) {
  (void)text;
  return __builtin_nanf("");
}
