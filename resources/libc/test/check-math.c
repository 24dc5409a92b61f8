/*
 * The mathematical functions at random arguments: against libquadmath (113 bits), rounded, where it is there
 * (-DQUAD -lquadmath), else against the host's long double functions, whose 64 bits decide all but rare cases.
 * Prints for each function how many of its results are not the correctly rounded ones, and the largest error in ulps.
 * Exact functions (rounding, remainders, fma) must agree bit for bit with the host's.
 */
#include "check.h"
#ifdef QUAD
#include <quadmath.h>
typedef __float128 wide;
#define WIDE(name) name##q
#else
typedef long double wide;
#define WIDE(name) name##l
#endif

static int failed;

static double log_uniform(int low, int high, int negative) {
  double x = ldexp(1 + (double)(next64() >> 11) * 0x1p-53, low + (int)below((unsigned)(high - low)));
  return negative && below(2) ? -x : x;
}

/* Error of `ours` against `exact` in ulps of the correctly rounded result. */
static double error_ulps(double ours, wide exact) {
  double rounded = (double)exact;
  if (ours == rounded || (isnan(ours) && isnan(rounded))) return 0;
  if (!isfinite(ours) || !isfinite(rounded)) return 1e9;
  double ulp = fabs(rounded) < 0x1p-1022 ? 0x1p-1074 : ldexp(1, ilogb(rounded) - 52);
  double e = (double)(((wide)ours - exact) / (wide)ulp);
  return e < 0 ? -e : e;
}

static void verdict(const char *name, long wrong, long rounds, double worst, double x, double y) {
  double share = 100.0 * (double)wrong / (double)rounds;
  int bad = share > 0.1 || worst > 0.6;
  if (bad) failed = 1;
  printf("%s %-8s %7.4f %% not correctly rounded, worst %.4f ulp at %a %a\n", bad ? "BAD" : "   ", name, share, worst, x, y);
}

#define ONE(name, draw)                                    \
  {                                                        \
    extern double pw_##name(double);                       \
    long wrong = 0;                                        \
    double worst = 0, at = 0;                              \
    for (long i = 0; i < rounds; i++) {                    \
      double x = draw;                                     \
      double e = error_ulps(pw_##name(x), WIDE(name)(x));  \
      if (e > 0) wrong++;                                  \
      if (e > worst) worst = e, at = x;                    \
    }                                                      \
    verdict(#name, wrong, rounds, worst, at, 0);           \
  }
#define TWO(name, draw_x, draw_y)                               \
  {                                                             \
    extern double pw_##name(double, double);                    \
    long wrong = 0;                                             \
    double worst = 0, at = 0, and = 0;                          \
    for (long i = 0; i < rounds; i++) {                         \
      double x = draw_x, y = draw_y;                            \
      double e = error_ulps(pw_##name(x, y), WIDE(name)(x, y)); \
      if (e > 0) wrong++;                                       \
      if (e > worst) worst = e, at = x, and = y;                \
    }                                                           \
    verdict(#name, wrong, rounds, worst, at, and);              \
  }

static int same(double a, double b) { return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)); }
static int samef(float a, float b) { return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)); }

#define EXACT1(type, equal, name)                                                                      \
  {                                                                                                    \
    extern type pw_##name(type);                                                                       \
    type a = pw_##name((type)x), b = name((type)x);                                                    \
    if (!equal(a, b)) DIFFER(#name "(%a): ours %a host %a\n", (double)x, (double)a, (double)b);        \
  }
#define EXACT2(type, equal, name)                                                                      \
  {                                                                                                    \
    extern type pw_##name(type, type);                                                                 \
    type a = pw_##name((type)x, (type)y), b = name((type)x, (type)y);                                  \
    if (!equal(a, b)) DIFFER(#name "(%a, %a): ours %a host %a\n", (double)x, (double)y, (double)a, (double)b); \
  }

double pw_fma(double, double, double);
float pw_fmaf(float, float, float);
double pw_remquo(double, double, int *);
double pw_frexp(double, int *);
double pw_modf(double, double *);
double pw_ldexp(double, int);
int *pw___errno_location(void);

static void exact_functions(long rounds) {
  for (long i = 0; i < rounds; i++) {
    double x = any_double(), y = below(3) ? any_double() : x * (1 + (int)below(7)), z = any_double();
    EXACT1(double, same, floor) EXACT1(double, same, ceil) EXACT1(double, same, trunc) EXACT1(double, same, round)
    EXACT1(double, same, rint) EXACT1(double, same, sqrt) EXACT1(double, same, logb) EXACT1(float, samef, floorf)
    EXACT1(float, samef, ceilf) EXACT1(float, samef, roundf) EXACT1(float, samef, sqrtf)
    EXACT2(double, same, nextafter) EXACT2(double, same, fdim) EXACT2(double, same, copysign)
    EXACT2(double, same, remainder) EXACT2(float, samef, nextafterf)
    if (below(16) == 0) EXACT2(double, same, fmod)
    if (below(4) == 0) z = -x * y * (1 + (below(3) - 1.0) * 0x1p-52);
    if (!same(pw_fma(x, y, z), fma(x, y, z))) DIFFER("fma(%a, %a, %a): ours %a host %a\n", x, y, z, pw_fma(x, y, z), fma(x, y, z));
    if (!samef(pw_fmaf((float)x, (float)y, (float)z), fmaf((float)x, (float)y, (float)z))) DIFFER("fmaf(%a, %a, %a)\n", x, y, z);
    int qa = 0, qb = 0;
    if (!same(pw_remquo(x, y, &qa), remquo(x, y, &qb)) || (isfinite(x) && y != 0 && !isnan(y) && (qa & 7) != (qb & 7))) DIFFER("remquo(%a, %a): %d %d\n", x, y, qa, qb);
    if (!same(pw_frexp(x, &qa), frexp(x, &qb)) || (isfinite(x) && qa != qb)) DIFFER("frexp(%a)\n", x);
    double wa, wb;
    if (!same(pw_modf(x, &wa), modf(x, &wb)) || !same(wa, wb)) DIFFER("modf(%a)\n", x);
    int n = (int)below(3000) - 1500;
    if (!same(pw_ldexp(x, n), ldexp(x, n))) DIFFER("ldexp(%a, %d): %a %a\n", x, n, pw_ldexp(x, n), ldexp(x, n));
  }
}

/* Special arguments: value (NaN or not, sign of zero) and errno as the host's. */
#define SPECIAL(name)                                                                                       \
  {                                                                                                         \
    extern double pw_##name(double);                                                                        \
    for (unsigned i = 0; i < sizeof specials / sizeof *specials; i++) {                                     \
      *pw___errno_location() = 0, errno = 0;                                                                \
      double x = specials[i], a = pw_##name(x);                                                             \
      int ea = *pw___errno_location();                                                                      \
      double b = name(x);                                                                                   \
      if ((!same(a, b) && fabs(a - b) > 1e-15 * fabs(b)) || !!signbit(a) != !!signbit(b) || ea != errno)     \
        DIFFER(#name "(%a): ours %a errno %d host %a errno %d\n", x, a, ea, b, errno);                      \
    }                                                                                                       \
  }
#define SPECIAL2(name)                                                                                      \
  {                                                                                                         \
    extern double pw_##name(double, double);                                                                \
    for (unsigned i = 0; i < sizeof specials / sizeof *specials; i++)                                       \
      for (unsigned j = 0; j < sizeof specials / sizeof *specials; j++) {                                   \
        *pw___errno_location() = 0, errno = 0;                                                              \
        double x = specials[i], y = specials[j], a = pw_##name(x, y);                                       \
        int ea = *pw___errno_location();                                                                    \
        double b = name(x, y);                                                                              \
        if ((!same(a, b) && fabs(a - b) > 1e-15 * fabs(b)) || !!signbit(a) != !!signbit(b) || ea != errno)   \
          DIFFER(#name "(%a, %a): ours %a errno %d host %a errno %d\n", x, y, a, ea, b, errno);             \
      }                                                                                                     \
  }

static void special_arguments(void) {
  static const double specials[] = {0.0, -0.0, 1, -1, 2, -2, 3, 0.5, -0.5, 1.5, -1.5, INFINITY, -INFINITY, NAN, 1e300, -1e300, 1e-300, -1e-300, 5e-324, -5e-324,
                                    710, -710, 746, -746, 1024, -1075, 172, -184.5, 27, -3, 1e22, 0x1p53, -0x1p53, 0x1.fffffffffffffp1023};
  SPECIAL(exp) SPECIAL(exp2) SPECIAL(expm1) SPECIAL(log) SPECIAL(log2) SPECIAL(log10) SPECIAL(log1p) SPECIAL(sin) SPECIAL(cos) SPECIAL(tan)
  SPECIAL(asin) SPECIAL(acos) SPECIAL(atan) SPECIAL(sinh) SPECIAL(cosh) SPECIAL(tanh) SPECIAL(asinh) SPECIAL(acosh) SPECIAL(atanh) SPECIAL(sqrt)
  SPECIAL(cbrt) SPECIAL(erf) SPECIAL(erfc) SPECIAL(tgamma) SPECIAL(lgamma) SPECIAL(logb)
  SPECIAL2(pow) SPECIAL2(atan2) SPECIAL2(hypot) SPECIAL2(fmod) SPECIAL2(remainder) SPECIAL2(fdim) SPECIAL2(fmin) SPECIAL2(fmax) SPECIAL2(nextafter)
}

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 3000;
  ONE(exp, log_uniform(-30, 9, 1))
  ONE(exp2, log_uniform(-30, 9, 1))
  ONE(expm1, log_uniform(-30, 9, 1))
  ONE(log, below(2) ? log_uniform(-1000, 1000, 0) : log_uniform(-2, 2, 0))
  ONE(log2, below(2) ? log_uniform(-1000, 1000, 0) : log_uniform(-2, 2, 0))
  ONE(log10, below(2) ? log_uniform(-1000, 1000, 0) : log_uniform(-2, 2, 0))
  ONE(log1p, below(2) ? log_uniform(-40, 40, 0) : -log_uniform(-40, 0, 0) * 0.5)
  TWO(pow, log_uniform(-8, 8, 0), log_uniform(-6, 6, 1))
  ONE(sinh, log_uniform(-30, 9, 1))
  ONE(cosh, log_uniform(-30, 9, 1))
  ONE(tanh, log_uniform(-30, 5, 1))
  ONE(asinh, log_uniform(-30, 90, 1))
  ONE(acosh, 1 + log_uniform(-40, 20, 0))
  ONE(atanh, log_uniform(-30, 0, 1) * 0.5)
  ONE(sin, below(2) ? log_uniform(-20, 4, 1) : log_uniform(4, 1000, 1))
  ONE(cos, below(2) ? log_uniform(-20, 4, 1) : log_uniform(4, 1000, 1))
  ONE(tan, below(2) ? log_uniform(-20, 4, 1) : log_uniform(4, 1000, 1))
  ONE(asin, log_uniform(-26, 0, 1) * 0.5)
  ONE(acos, log_uniform(-26, 0, 1) * 0.5)
  ONE(atan, log_uniform(-26, 26, 1))
  TWO(atan2, log_uniform(-30, 30, 1), log_uniform(-30, 30, 1))
  ONE(cbrt, log_uniform(-1000, 1000, 1))
  TWO(hypot, log_uniform(-10, 10, 1), log_uniform(-10, 10, 1))
  ONE(erf, log_uniform(-30, 3, 1))
  ONE(erfc, log_uniform(-30, 4, 1))
  ONE(tgamma, below(2) ? log_uniform(-20, 7, 0) : -log_uniform(-8, 6, 0))
  ONE(lgamma, below(2) ? log_uniform(-20, 60, 0) : log_uniform(-3, 3, 0))
  exact_functions(rounds * 10);
  special_arguments();
  printf("math: %d differences in exact functions and special arguments\n", differences);
  return failed || differences != 0;
}
