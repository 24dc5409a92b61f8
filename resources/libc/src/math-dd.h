/*
 * Double-double arithmetic: a number as an unevaluated sum hi + lo with |lo| ≤ ulp(hi) / 2, about 106 bits. Sums and
 * products are exact in two doubles (Knuth's two-sum, Dekker's product with Veltkamp's splitting: no fused operations).
 * The elementary functions evaluate their last steps in it and round once, at the end.
 */
#ifndef PW_MATH_DD_H
#define PW_MATH_DD_H

#include <stdint.h>

#define INLINE static inline __attribute__((always_inline, unused))

typedef struct {
  double hi, lo;
} dd;

INLINE uint64_t bits_of(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE double from_bits(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

/* 2^n for normal results. */
INLINE double power_of_two(int n) { return from_bits((uint64_t)(n + 1023) << 52); }

/* a + b for |a| ≥ |b|. */
INLINE dd quick_sum(double a, double b) {
  double s = a + b;
  return (dd){s, b - (s - a)};
}

INLINE dd two_sum(double a, double b) {
  double s = a + b, t = s - a;
  return (dd){s, (a - (s - t)) + (b - t)};
}

INLINE dd two_product(double a, double b) {
  double p = a * b;
  double ta = 134217729.0 * a, tb = 134217729.0 * b;
  double ah = ta - (ta - a), bh = tb - (tb - b);
  double al = a - ah, bl = b - bh;
  return (dd){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

INLINE dd dd_add(dd a, dd b) {
  dd s = two_sum(a.hi, b.hi), t = two_sum(a.lo, b.lo);
  s = quick_sum(s.hi, s.lo + t.hi);
  return quick_sum(s.hi, s.lo + t.lo);
}

INLINE dd dd_negate(dd a) { return (dd){-a.hi, -a.lo}; }

INLINE dd dd_add_double(dd a, double b) {
  dd s = two_sum(a.hi, b);
  return quick_sum(s.hi, s.lo + a.lo);
}

INLINE dd dd_multiply(dd a, dd b) {
  dd p = two_product(a.hi, b.hi);
  return quick_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

INLINE dd dd_multiply_double(dd a, double b) {
  dd p = two_product(a.hi, b);
  return quick_sum(p.hi, p.lo + a.lo * b);
}

INLINE dd dd_divide(dd a, dd b) {
  double q = a.hi / b.hi;
  dd r = dd_add(a, dd_negate(dd_multiply_double(b, q)));
  double q2 = r.hi / b.hi;
  r = dd_add(r, dd_negate(dd_multiply_double(b, q2)));
  return dd_add_double(quick_sum(q, q2), r.hi / b.hi);
}

INLINE dd dd_square_root(dd a) {
  if (a.hi <= 0) return (dd){0, 0};
  double q = __builtin_sqrt(a.hi);
  dd square = two_product(q, q);
  dd rest = dd_add(a, dd_negate(square));
  return quick_sum(q, rest.hi / (2 * q));
}

/* hi + lo times 2^n, rounded once when the result is normal. */
double __pw_scale(dd a, int n);

/* math-core.c: the four kernels. */
/* e^x for |x| < 1100: the value is the result times 2^*exponent. */
dd __pw_exp(dd x, int *exponent);
/* log x for finite positive x, relative error about 2^-73. */
dd __pw_log(double x);
/* log of a positive sum. */
dd __pw_log_dd(dd x);
/* log(1 + x) for |x| < 1, with full relative accuracy. */
dd __pw_log1p(dd x);
/* e^x - 1 for |x| < 0.5, with full relative accuracy. */
dd __pw_expm1(dd x);
/* sine and cosine of a finite x. */
void __pw_sin_cos(double x, dd *sine, dd *cosine);
/* sine and cosine of |x| ≤ 0.8. */
void __pw_sin_cos_reduced(dd x, dd *sine, dd *cosine);
/* The angle of (x, y) with x, y ≥ 0 not both zero, between 0 and pi/2. */
dd __pw_angle(dd y, dd x);

#endif
