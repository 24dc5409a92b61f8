/*
 * Error functions and gamma functions of double (C11 7.12.8), in double-double arithmetic throughout.
 *
 * erf: Taylor's series for |x| < 2.5; erfc beyond by its continued fraction. Gamma: Stirling's series at an argument
 * shifted up to at least 24, divided by the product of the shift; negative arguments by reflection.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include "math-dd.h"
#include "math-gamma-table.h"

int signgam;

static const dd pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
static const dd two_by_root_pi = {0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56};
static const dd half_log_two_pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};

static dd exp_dd(dd x) {
  int exponent;
  dd e = __pw_exp(x, &exponent);
  double scale = power_of_two(exponent < -1000 ? -1000 : exponent);
  return (dd){e.hi * scale, e.lo * scale};
}

/* erf x = 2/√π e^(-x²) Σ 2^n x^(2n+1) / (1 · 3 ⋯ (2n+1)): all terms positive. */
static dd erf_series(double x) {
  dd square = two_product(x, x), term = {x, 0}, sum = {x, 0};
  dd twice = {2 * square.hi, 2 * square.lo};
  for (int n = 1; term.hi > sum.hi * 0x1p-80; n++) {
    term = dd_divide(dd_multiply(term, twice), (dd){2 * n + 1, 0});
    sum = dd_add(sum, term);
  }
  return dd_multiply(dd_multiply(sum, exp_dd(dd_negate(square))), two_by_root_pi);
}

/* erfc x = e^(-x²) / √π · 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / ⋯))), x ≥ 2.5; times 2^*exponent. */
static dd erfc_fraction(double x, int *exponent) {
  dd tail = {x, 0};
  int terms = x < 4 ? 120 : x < 8 ? 50 : 25;
  for (int n = terms; n > 0; n--) tail = dd_add_double(dd_divide((dd){0.5 * n, 0}, tail), x);
  dd e = __pw_exp(dd_negate(two_product(x, x)), exponent);
  dd half = {0.5 * two_by_root_pi.hi, 0.5 * two_by_root_pi.lo};
  return dd_divide(dd_multiply(e, half), tail);
}

double erf(double x) {
  double a = fabs(x);
  if (isnan(x)) return x + x;
  if (a < 0x1p-900) return x * two_by_root_pi.hi;
  if (a < 0x1p-40) return dd_multiply_double(two_by_root_pi, x).hi;
  if (a > 6) return copysign(1 - 0x1p-60, x);
  dd result;
  if (a < 2.5) {
    result = erf_series(a);
  } else {
    int exponent;
    dd c = erfc_fraction(a, &exponent);
    double scale = power_of_two(exponent);
    result = dd_add_double((dd){-c.hi * scale, -c.lo * scale}, 1);
  }
  return copysign(result.hi + result.lo, x);
}

double erfc(double x) {
  if (isnan(x)) return x + x;
  double a = fabs(x);
  if (x > 28) {
    if (isfinite(x)) errno = ERANGE;
    return 0;
  }
  if (x < -6) return 2 - 0x1p-60;
  if (a < 0x1p-60) return 1 - x;
  if (a < 2.5) {
    dd e = erf_series(a);
    dd result = dd_add_double(x < 0 ? e : dd_negate(e), 1);
    return result.hi + result.lo;
  }
  int exponent;
  dd c = erfc_fraction(a, &exponent);
  if (x < 0) {
    double scale = power_of_two(exponent);
    dd result = dd_add_double((dd){-c.hi * scale, -c.lo * scale}, 2);
    return result.hi + result.lo;
  }
  double result = __pw_scale(c, exponent);
  if (result == 0) errno = ERANGE;
  return result;
}

/* log Γ(x) for x ≥ 24: (x - 1/2) log x - x + log(2π)/2 + Σ B(2n) / (2n (2n - 1) x^(2n-1)). */
static dd stirling_log(dd x) {
  dd inverse = dd_divide((dd){1, 0}, x), square = dd_multiply(inverse, inverse);
  dd sum = {0, 0};
  for (int n = (int)(sizeof STIRLING_TABLE / sizeof *STIRLING_TABLE) - 1; n >= 0; n--) {
    sum = dd_add(dd_multiply(sum, square), (dd){STIRLING_TABLE[n][0], STIRLING_TABLE[n][1]});
  }
  sum = dd_add(dd_multiply(sum, inverse), half_log_two_pi);
  dd main_part = dd_multiply(dd_add_double(x, -0.5), __pw_log_dd(x));
  return dd_add(dd_add(main_part, dd_negate(x)), sum);
}

/* x (x + 1) ⋯ up to 24, and x + the number of factors in *shifted. */
static dd shift_up(dd x, dd *shifted) {
  dd product = {1, 0};
  while (x.hi < 24) {
    product = dd_multiply(product, x);
    x = dd_add_double(x, 1);
  }
  *shifted = x;
  return product;
}

/* sin(πx) for finite x, by the distance to the nearest integer. */
static dd sin_pi(double x) {
  double nearest = __builtin_rint(x), r = x - nearest;
  dd s, c, angle = dd_multiply_double(pi, r);
  if (r > 0.25 || r < -0.25) {
    __pw_sin_cos_reduced(dd_multiply_double(pi, 0.5 - (r < 0 ? -r : r)), &s, &c);
    s = r < 0 ? dd_negate(c) : c;
  } else {
    __pw_sin_cos_reduced(angle, &s, &c);
  }
  return (fmod(nearest, 2) != 0) ? dd_negate(s) : s;
}

/* Γ(x) for x > 0 as a sum times 2^*exponent. */
static dd gamma_positive(dd x, int *exponent) {
  dd shifted, product = shift_up(x, &shifted);
  dd e = __pw_exp(stirling_log(shifted), exponent);
  return dd_divide(e, product);
}

double tgamma(double x) {
  if (isnan(x)) return x + x;
  if (x == 0) {
    errno = ERANGE;
    return copysign(HUGE_VAL, x);
  }
  if (x < 0 && __builtin_floor(x) == x) {
    errno = EDOM;
    return __builtin_nan("");
  }
  if (x > 172) {
    if (isfinite(x)) errno = ERANGE;
    return HUGE_VAL;
  }
  if (x < -184) {
    errno = ERANGE;
    return fmod(__builtin_floor(x), 2) == 0 ? 0.0 : -0.0;
  }
  if (fabs(x) < 0x1p-54) {
    if (isinf(1 / x)) errno = ERANGE;
    return 1 / x;
  }
  int exponent;
  dd result;
  if (x > 0) {
    result = gamma_positive((dd){x, 0}, &exponent);
  } else {
    /* Γ(x) = π / (sin(πx) Γ(1 - x)) */
    dd g = gamma_positive(two_sum(1, -x), &exponent);
    result = dd_divide(pi, dd_multiply(sin_pi(x), g));
    exponent = -exponent;
  }
  double value = __pw_scale(result, exponent);
  if (isinf(value) || fabs(value) < 0x1p-1022) errno = ERANGE;
  return value;
}

/* log |Γ(x)| of positive x. */
static dd log_gamma_positive(dd x) {
  if (x.hi >= 24) return stirling_log(x);
  dd shifted, product = shift_up(x, &shifted);
  return dd_add(stirling_log(shifted), dd_negate(__pw_log_dd(product)));
}

double lgamma_r(double x, int *sign) {
  *sign = 1;
  if (!isfinite(x)) return x * x;
  if (x == 0 || (x < 0 && __builtin_floor(x) == x)) {
    if (x == 0 && signbit(x)) *sign = -1;
    errno = ERANGE;
    return HUGE_VAL;
  }
  if (x == 1 || x == 2) return 0;
  if (fabs(x) < 0x1p-60) {
    if (x < 0) *sign = -1;
    dd l = __pw_log(fabs(x));
    return -l.hi;
  }
  if (x > 0x1p1014) {
    errno = ERANGE;
    return HUGE_VAL;
  }
  dd result;
  if (x > 0x1p60) {
    /* x (log x - 1): the rest is far below the last place. */
    result = dd_add_double(__pw_log(x), -1);
    return result.hi * x + result.lo * x;
  }
  if (x > 0) {
    result = log_gamma_positive((dd){x, 0});
  } else {
    dd s = sin_pi(x);
    if (s.hi < 0) s = dd_negate(s);
    else *sign = 1;
    if (fmod(__builtin_floor(x), 2) != 0) *sign = -1;
    result = dd_add(__pw_log_dd(dd_divide(pi, s)), dd_negate(log_gamma_positive(two_sum(1, -x))));
  }
  return result.hi + result.lo;
}

double lgamma(double x) { return lgamma_r(x, &signgam); }
