/* Floating point: arithmetic, conversions, NaN and infinity, float, double and long double. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t bits(double d) { uint64_t u; memcpy(&u, &d, 8); return u; }

int main(void) {
  volatile double zero = 0.0, one = 1.0, three = 3.0;
  printf("%.17g %.17g\n", one / three, 0.1 + 0.2);
  printf("%016llx %016llx %016llx\n", (unsigned long long)bits(zero / zero), (unsigned long long)bits(one / zero), (unsigned long long)bits(-one / zero));
  printf("%d %d %d %d\n", zero / zero == zero / zero, isnan(zero / zero), isinf(one / zero), signbit(-zero) != 0);
  float f = 16777216.0f; f += 1.0f; printf("%.1f\n", f);
  float s = 0; for (int i = 1; i <= 1000; i++) s += 1.0f / (float)i; printf("%.9g\n", s);
  double p = 1; for (int i = 0; i < 200; i++) p = p * 1.0123 - 0.001 / (i + 1); printf("%.17g\n", p);
  printf("%d %ld %u\n", (int)-3.99, (long)1e15, (unsigned)3e9);
  printf("%g %g %g %e\n", DBL_MAX, DBL_MIN, DBL_EPSILON, 5e-324);
  printf("%a %a\n", 1.0, 0.1);
  printf("%f %.0f %.0f %.0f\n", 1e22, 0.5, 1.5, 2.5);
  printf("%.3f %.10f\n", sqrt(2.0), fabs(-2.25));
  printf("%.1f %.1f %.1f %.1f\n", floor(-2.5), ceil(-2.5), trunc(-2.5), fmod(10.5, 3.0));
  printf("%.15g %.15g %.15g\n", sin(1.0), exp(1.0), pow(2.0, 0.5));
  long double x = 1.0L / 3.0L; printf("%.20Lf %.18Lg\n", x, x * x + 2.0L);
  long double acc = 0; for (int i = 1; i < 100; i++) acc += 1.0L / (i * (long double)i);
  printf("%.18Lf %d\n", acc, acc > 1.6L);
  volatile long double minus = -0.0L, plus = 2.5L; printf("%d %d\n", signbit(minus) != 0, signbit(plus) != 0);
  unsigned long long u = 0xffffffffffffff00ULL; printf("%.1f %.1f\n", (double)u, (double)(float)u);
  return 0;
}
