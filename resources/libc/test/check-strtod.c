/* strtod, strtof and strtold of random texts against the host's: value, end and errno. */
#include "check.h"
double pw_strtod(const char *, char **);
float pw_strtof(const char *, char **);
long double pw_strtold(const char *, char **);
int *pw___errno_location(void);

static char text[20000];

static void any_text(void) {
  char *p = text;
  switch (below(7)) {
    case 0: {
      for (int i = below(25) + 1; i > 0; i--) *p++ = "0123456789.e+-xpPEinfa "[below(23)];
      *p = 0;
      return;
    }
    case 1: sprintf(p, "%.*g", below(20) + 1, any_double()); return;
    case 2: sprintf(p, "%.*e", below(800), any_double()); return;
    case 3: sprintf(p, "%.*a", below(16), any_double()); return;
    case 4: {
      if (below(2)) *p++ = '-';
      for (int i = below(60) + 1; i > 0; i--) *p++ = '0' + below(10);
      *p++ = '.';
      for (int i = below(60); i > 0; i--) *p++ = '0' + below(10);
      sprintf(p, "e%d", (int)below(700) - 350);
      return;
    }
    case 5: {
      /* Halfway between two doubles, exactly, or a digit more. */
      double x = fabs(any_double()), y = nextafter(x, INFINITY);
      if (!isfinite(y)) x = 1, y = nextafter(1, 2);
      int n = sprintf(p, "%.1100Lf", ((long double)x + (long double)y) / 2);
      if (below(2)) p[n] = '1', p[n + 1] = 0;
      return;
    }
    default: {
      p += sprintf(p, "0x");
      for (int i = below(20) + 1; i > 0; i--) *p++ = "0123456789abcdef08"[below(18)];
      *p++ = '.';
      for (int i = below(6); i > 0; i--) *p++ = "0123456789abcdef08"[below(18)];
      sprintf(p, "p%d", (int)below(2400) - 1200);
    }
  }
}

#define CHECK(type, name, mask)                                                                              \
  do {                                                                                                       \
    char *our_end, *host_end;                                                                                \
    type a = 0, b = 0;                                                                                        \
    memset(&a, 0, sizeof a), memset(&b, 0, sizeof b);                                                         \
    *pw___errno_location() = 0;                                                                              \
    a = pw_##name(text, &our_end);                                                                           \
    int our_errno = *pw___errno_location();                                                                  \
    errno = 0;                                                                                               \
    b = name(text, &host_end);                                                                               \
    int host_errno = errno;                                                                                  \
    if (memcmp(&a, &b, mask) != 0 && !(isnan(a) && isnan(b)) || our_end != host_end || our_errno != host_errno) \
      DIFFER(#name " [%.200s]: ours %La +%d %d host %La +%d %d\n", text, (long double)a, (int)(our_end - text), \
             our_errno, (long double)b, (int)(host_end - text), host_errno);                                  \
  } while (0)

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 30000;
  for (int i = 0; i < rounds; i++) {
    any_text();
    CHECK(double, strtod, 8);
    CHECK(float, strtof, 4);
    CHECK(long double, strtold, 10);
  }
  static const char *special[] = {"", " ", "-", ".", "1e", "1e+", "0x", "0x.", "0x1p", "inf", "-Infinity", "infin", "nan", "nan(12)", "nan(", "1e400",
    "-1e400", "1e-400", "4.9e-324", "2.4703282292062328e-324", "2.4703282292062327e-324", "2.2250738585072011e-308", "1e4932", "1.2e4932", "3.6e-4951", "1e-4960",
    "1e5000", "1e99999999999", "1e-99999999999", "0e99999999999", "00000.00001", "1.7976931348623158e308", "1.7976931348623159e308", "3.4028236e38", "0x1.fffffffffffff8p1023"};
  for (unsigned i = 0; i < sizeof special / sizeof *special; i++) {
    strcpy(text, special[i]);
    CHECK(double, strtod, 8);
    CHECK(float, strtof, 4);
    CHECK(long double, strtold, 10);
  }
  printf("strtod: %d differences in %d texts\n", differences, rounds);
  return differences != 0;
}
