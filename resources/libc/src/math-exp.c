/* Exponentials, logarithms, powers and hyperbolic functions of double (C11 7.12.5 to 7.12.7). */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include "math-dd.h"

static double set_range(double x) {
  errno = ERANGE;
  return x;
}

/* x86's NaN of an invalid operation, with EDOM unless x is a NaN already. */
static double invalid(double x) {
  double nan = (x - x) / (x - x);
  if (!isnan(x)) errno = EDOM;
  return isnan(x) ? x + x : nan;
}

static double pole(int negative) { return set_range(negative ? -HUGE_VAL : HUGE_VAL); }

/* e^x of a sum: overflow, underflow and rounding. */
static double finish_exp(dd x, int negative) {
  double result;
  if (x.hi > 710) {
    result = set_range(HUGE_VAL);
  } else if (x.hi < -746) {
    result = set_range(0.0);
  } else {
    int exponent;
    dd e = __pw_exp(x, &exponent);
    result = __pw_scale(e, exponent);
    if (result == HUGE_VAL || result == 0) errno = ERANGE;
  }
  return negative ? -result : result;
}

double exp(double x) {
  if (!isfinite(x)) return x < 0 ? 0 : x + x;
  if (fabs(x) < 0x1p-54) return 1 + x;
  return finish_exp((dd){x, 0}, 0);
}

double exp2(double x) {
  if (!isfinite(x)) return x < 0 ? 0 : x + x;
  if (x >= 1024) return set_range(HUGE_VAL);
  if (x < -1080) return set_range(0.0);
  double whole = __builtin_rint(x);
  if (fabs(x - whole) < 0x1p-55) {
    double result = __pw_scale((dd){1, 0}, (int)whole);
    if (result == 0) errno = ERANGE;
    return result * (1 + (x - whole));
  }
  int exponent;
  dd e = __pw_exp(dd_multiply_double((dd){0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56}, x - whole), &exponent);
  double result = __pw_scale(e, exponent + (int)whole);
  if (result == 0) errno = ERANGE;
  return result;
}

double exp10(double x) { return pow(10, x); }

double expm1(double x) {
  if (!isfinite(x)) return x < 0 ? -1 : x + x;
  if (fabs(x) < 0x1p-54) return x;
  if (x > 710) return set_range(HUGE_VAL);
  if (x < -40) return -1 + 0x1p-60;
  if (fabs(x) < 0.25) {
    dd e = __pw_expm1((dd){x, 0});
    return e.hi + e.lo;
  }
  int exponent;
  dd e = __pw_exp((dd){x, 0}, &exponent);
  if (exponent > 110) {
    double result = __pw_scale(e, exponent);
    return result == HUGE_VAL ? set_range(result) : result;
  }
  double scale = power_of_two(exponent);
  e = dd_add_double((dd){e.hi * scale, e.lo * scale}, -1);
  return e.hi + e.lo;
}

/* What log functions give outside of (0, inf); 1 when *result was set. */
static int log_special(double x, double *result) {
  if (x == 0) *result = pole(1);
  else if (isnan(x)) *result = x + x;
  else if (x < 0) *result = invalid(x);
  else if (isinf(x)) *result = x;
  else return 0;
  return 1;
}

double log(double x) {
  double result;
  if (log_special(x, &result)) return result;
  dd l = __pw_log(x);
  return l.hi + l.lo;
}

double log2(double x) {
  double result;
  if (log_special(x, &result)) return result;
  dd l = dd_multiply(__pw_log(x), (dd){0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56});
  return l.hi + l.lo;
}

double log10(double x) {
  double result;
  /* glibc's log10 alone among the logarithms gives a positive NaN, which programs may print. */
  if (log_special(x, &result)) return isnan(result) ? fabs(result) : result;
  dd l = dd_multiply(__pw_log(x), (dd){0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57});
  return l.hi + l.lo;
}

double log1p(double x) {
  if (x == -1) return pole(1);
  if (x < -1) return invalid(x);
  if (!isfinite(x) || fabs(x) < 0x1p-54) return x;
  dd sum = two_sum(x, 1);
  dd l = fabs(x) < 0x1p-7 ? __pw_log1p((dd){x, 0}) : __pw_log_dd(sum);
  return l.hi + l.lo;
}

/* 0: y is no integer, 1: an odd one, 2: an even one. */
static int integer_kind(double y) {
  double magnitude = fabs(y);
  if (magnitude >= 0x1p53) return 2;
  if (__builtin_trunc(y) != y) return 0;
  return ((uint64_t)magnitude & 1) != 0 ? 1 : 2;
}

/* The cases of pow that C11 F.10.4.4 lists; 1 when *result was set. */
static int pow_special(double x, double y, double *result) {
  if (y == 0 || x == 1) {
    *result = 1;
  } else if (isnan(x) || isnan(y)) {
    *result = x + y;
  } else if (isinf(y)) {
    double magnitude = fabs(x);
    *result = magnitude == 1 ? 1 : (magnitude > 1) == (y > 0) ? HUGE_VAL : 0;
  } else if (x == 0) {
    int negative = signbit(x) && integer_kind(y) == 1;
    *result = y < 0 ? pole(negative) : negative ? -0.0 : 0;
  } else if (isinf(x)) {
    int negative = x < 0 && integer_kind(y) == 1;
    double magnitude = y > 0 ? HUGE_VAL : 0;
    *result = negative ? -magnitude : magnitude;
  } else if (x < 0 && integer_kind(y) == 0) {
    *result = invalid(x);
  } else {
    return 0;
  }
  return 1;
}

double pow(double x, double y) {
  double result;
  if (pow_special(x, y, &result)) return result;
  int negative = x < 0 && integer_kind(y) == 1;
  dd l = __pw_log(fabs(x));
  double estimate = l.hi * y;
  if (!(fabs(estimate) < 800)) {
    result = set_range(estimate > 0 ? HUGE_VAL : 0);
    return negative ? -result : result;
  }
  /* y is split by two_product: keep it in range (such large ones met an estimate of less than 800: x is nearly 1). */
  if (fabs(y) < 0x1p-900) return negative ? -1 : 1 + estimate;
  dd product = fabs(y) > 0x1p900 ? (dd){estimate, 0} : dd_multiply_double(l, y);
  return finish_exp(product, negative);
}

static dd exp_half(double x, int *exponent) {
  dd e = __pw_exp((dd){x, 0}, exponent);
  *exponent -= 1;
  return e;
}

/* (e^x ± e^-x) / 2 for x ≥ 0.25. */
static double hyperbolic(double x, int sign) {
  if (x > 711) return set_range(HUGE_VAL);
  int up, down;
  dd a = exp_half(x, &up);
  if (x < 40) {
    dd b = exp_half(-x, &down);
    double scale = power_of_two(down - up);
    b = (dd){b.hi * scale, b.lo * scale};
    a = dd_add(a, sign < 0 ? dd_negate(b) : b);
  }
  double result = __pw_scale(a, up);
  return result == HUGE_VAL ? set_range(result) : result;
}

double sinh(double x) {
  if (!isfinite(x) || fabs(x) < 0x1p-28) return x;
  double a = fabs(x), result;
  if (a < 0.25) {
    /* (m + m / (m + 1)) / 2 with m = e^a - 1 */
    dd m = __pw_expm1((dd){a, 0});
    dd sum = dd_add(m, dd_divide(m, dd_add_double(m, 1)));
    result = 0.5 * (sum.hi + sum.lo);
  } else {
    result = hyperbolic(a, -1);
  }
  return copysign(result, x);
}

double cosh(double x) {
  if (!isfinite(x)) return x * x;
  return hyperbolic(fabs(x), 1);
}

double tanh(double x) {
  if (isnan(x) || fabs(x) < 0x1p-28) return x;
  double a = fabs(x);
  dd result;
  if (a > 22) {
    result = (dd){1, 0};
  } else if (a < 0.2) {
    dd m = __pw_expm1((dd){2 * a, 0});
    result = dd_divide(m, dd_add_double(m, 2));
  } else {
    int exponent;
    dd e = __pw_exp((dd){2 * a, 0}, &exponent);
    double scale = power_of_two(exponent);
    e = (dd){e.hi * scale, e.lo * scale};
    result = dd_divide(dd_add_double(e, -1), dd_add_double(e, 1));
  }
  return copysign(result.hi + result.lo, x);
}

double asinh(double x) {
  double a = fabs(x);
  if (!isfinite(x) || a < 0x1p-28) return x;
  dd result;
  if (a > 0x1p60) {
    result = dd_add(__pw_log(a), (dd){0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56});
  } else {
    dd square = two_product(a, a);
    dd root = dd_square_root(dd_add_double(square, 1));
    /* log(1 + a + a^2 / (1 + root)) keeps the small ones accurate. */
    dd rest = dd_divide(square, dd_add_double(root, 1));
    dd u = dd_add_double(rest, a);
    result = u.hi < 0.5 ? __pw_log1p(u) : __pw_log_dd(dd_add_double(root, a));
  }
  return copysign(result.hi + result.lo, x);
}

double acosh(double x) {
  if (isnan(x)) return x + x;
  if (x < 1) return invalid(x);
  if (isinf(x)) return x;
  dd result;
  if (x > 0x1p60) {
    result = dd_add(__pw_log(x), (dd){0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56});
  } else if (x < 1.25) {
    double u = x - 1;
    dd root = dd_square_root(dd_add_double(two_product(u, u), 2 * u));
    result = __pw_log1p(dd_add_double(root, u));
  } else {
    dd root = dd_square_root(dd_add_double(two_product(x, x), -1));
    result = __pw_log_dd(dd_add_double(root, x));
  }
  return result.hi + result.lo;
}

double atanh(double x) {
  double a = fabs(x);
  if (isnan(x)) return x + x;
  if (a > 1) return invalid(x);
  if (a == 1) return copysign(pole(0), x);
  if (a < 0x1p-28) return x;
  dd result;
  if (a < 0x1p-8) {
    /* log1p(2a / (1 - a)) / 2 */
    result = __pw_log1p(dd_divide((dd){2 * a, 0}, two_sum(1, -a)));
  } else {
    result = __pw_log_dd(dd_divide(two_sum(1, a), two_sum(1, -a)));
  }
  return copysign(0.5 * (result.hi + result.lo), x);
}
