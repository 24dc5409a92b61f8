/* Trigonometric functions and their inverses, of double (C11 7.12.4), square and cube roots, hypot. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include "math-dd.h"

static double invalid(double x) {
  if (isnan(x)) return x + x;
  errno = EDOM;
  return (x - x) / (x - x);
}

double sin(double x) {
  if (!isfinite(x)) return invalid(x);
  if (fabs(x) < 0x1p-27) return x;
  dd s, c;
  __pw_sin_cos(x, &s, &c);
  return s.hi + s.lo;
}

double cos(double x) {
  if (!isfinite(x)) return invalid(x);
  dd s, c;
  __pw_sin_cos(x, &s, &c);
  return c.hi + c.lo;
}

double tan(double x) {
  if (!isfinite(x)) return invalid(x);
  if (fabs(x) < 0x1p-27) return x;
  dd s, c;
  __pw_sin_cos(x, &s, &c);
  dd t = dd_divide(s, c);
  return t.hi + t.lo;
}

void sincos(double x, double *sine, double *cosine) {
  *sine = sin(x);
  *cosine = cos(x);
}

/* The angle with its quadrant: y and x may be negative, their signs are passed apart. */
static double full_angle(dd y, dd x, int y_negative, int x_negative) {
  dd angle = __pw_angle(y, x);
  if (x_negative) angle = dd_add((dd){0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53}, dd_negate(angle));
  double result = angle.hi + angle.lo;
  return y_negative ? -result : result;
}

double atan(double x) {
  double a = fabs(x);
  if (isnan(x) || a < 0x1p-27) return isnan(x) ? x + x : x;
  if (a > 0x1p60) return copysign(0x1.921fb54442d18p+0, x);
  return full_angle((dd){a, 0}, (dd){1, 0}, x < 0, 0);
}

double atan2(double y, double x) {
  if (isnan(x) || isnan(y)) return x + y;
  double a = fabs(y), b = fabs(x);
  int y_negative = signbit(y), x_negative = signbit(x);
  if (isinf(a) || isinf(b)) {
    a = isinf(a);
    b = isinf(b);
  } else if (a == 0 || b == 0) {
    if (a == 0) b = 1;
    else a = 1;
  } else {
    int i, j;
    frexp(a, &i);
    frexp(b, &j);
    if (i - j > 70) return copysign(0x1.921fb54442d18p+0, y);
    if (j - i > 70 && !x_negative) {
      double tiny = y / x;
      if (tiny == 0) errno = ERANGE;
      return tiny;
    }
    if (j - i > 70) a = 0, b = 1;
    else a = ldexp(a, -j), b = ldexp(b, -j);
  }
  return full_angle((dd){a, 0}, (dd){b, 0}, y_negative, x_negative);
}

/* 1 - x^2 as (1 - x)(1 + x), exactly two sums and a product. */
static dd one_minus_square(double x) { return dd_multiply(two_sum(1, -x), two_sum(1, x)); }

/* asin and acos outside [-1, 1]: a positive NaN in glibc. */
static double outside(double x) { return isnan(x) ? x + x : fabs(invalid(HUGE_VAL)); }

double asin(double x) {
  double a = fabs(x);
  if (!(a <= 1)) return outside(x);
  if (a < 0x1p-27) return x;
  return full_angle((dd){a, 0}, dd_square_root(one_minus_square(a)), x < 0, 0);
}

double acos(double x) {
  double a = fabs(x);
  if (!(a <= 1)) return outside(x);
  if (x == 1) return 0;
  return full_angle(dd_square_root(one_minus_square(a)), (dd){a, 0}, 0, x < 0);
}

double sqrt(double x) {
  if (x < 0) errno = EDOM;
  return __builtin_sqrt(x);
}

float sqrtf(float x) {
  if (x < 0) errno = EDOM;
  return __builtin_sqrtf(x);
}

/* Newton's method from a rough value: each step doubles the digits, the last is in double-double. */
double cbrt(double x) {
  if (!isfinite(x) || x == 0) return x + x;
  int e;
  double m = frexp(fabs(x), &e);
  while (e % 3 != 0) {
    e++;
    m *= 0.5;
  }
  double r = 0.5 + 0.5 * m; /* m in [1/8, 1) */
  for (int i = 0; i < 6; i++) r = r - (r - m / (r * r)) / 3;
  dd cube = dd_multiply_double(two_product(r, r), r);
  dd rest = dd_add_double(cube, -m);
  dd root = quick_sum(r, -rest.hi / (3 * r * r));
  return copysign(ldexp(root.hi + root.lo, e / 3), x);
}

double hypot(double x, double y) {
  if (isinf(x) || isinf(y)) return HUGE_VAL;
  if (isnan(x) || isnan(y)) return x + y;
  double a = fabs(x), b = fabs(y);
  if (a < b) {
    double exchange = a;
    a = b;
    b = exchange;
  }
  if (b == 0) return a;
  int i, j;
  frexp(a, &i);
  frexp(b, &j);
  if (i - j > 60) return a + b;
  a = ldexp(a, -i);
  b = ldexp(b, -i);
  dd root = dd_square_root(dd_add(two_product(a, a), two_product(b, b)));
  double result = ldexp(root.hi + root.lo, i);
  if (isinf(result)) errno = ERANGE;
  return result;
}
