/* Functions that an optimiser calls in place of others: powers of ten, sine with cosine, copies that return their end. */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <string.h>

static volatile double tens[] = {0, 1, 2.5, -3, 7};

static size_t append(char *to, const char *from) {
  strcpy(to, from);
  return strlen(to);
}

int main(void) {
  for (unsigned i = 0; i < sizeof tens / sizeof *tens; i++) {
    double x = tens[i], s, c;
    float sf, cf;
    long double sl, cl;
    sincos(x, &s, &c);
    sincosf((float)x, &sf, &cf);
    sincosl(x, &sl, &cl);
    printf("%g: %.6g %.6g %.6Lg", x, pow(10, x), powf(10, (float)x), powl(10, x));
    printf(" %.6g %.6g %.6Lg", exp10(x), exp10f((float)x), exp10l(x));
    printf(" %.6f %.6f %.5f %.5f %.6Lf %.6Lf", s, c, sf, cf, sl, cl);
    printf(" %.6f\n", sin(x) + cos(x));
  }
  char text[64];
  size_t at = append(text, "one");
  at += append(text + at, ", two");
  sprintf(text + at, "%s", ", three");
  char *end = mempcpy(stpcpy(text + strlen(text), " and "), "four", 5);
  printf("%s %zu %d\n", text, strlen(text), end == text + strlen(text) + 1);
  printf("%s %s\n", (char *)memrchr(text, 'o', strlen(text)), (char *)memccpy(text, "cut.here", '.', sizeof text) - 4);
  return 0;
}
