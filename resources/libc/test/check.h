/* What the native checks share: a seeded generator, counting of differences, and our functions under their prefix. */
#ifndef PW_CHECK_H
#define PW_CHECK_H
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 88172645463325252ull;
__attribute__((unused)) static uint64_t next64(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state * 0x2545f4914f6cdd1dull;
}
__attribute__((unused)) static unsigned below(unsigned n) { return (unsigned)((next64() >> 32) * n >> 32); }

static int differences;
#define DIFFER(...)                                   \
  do {                                                \
    if (differences++ < 20) printf(__VA_ARGS__);      \
  } while (0)

/* A double of every kind: all bits random, small integers, short decimals, near powers of ten. */
__attribute__((unused)) static double any_double(void) {
  union {
    uint64_t bits;
    double value;
  } u;
  switch (below(8)) {
    case 0: return (double)(int)below(2000) - 1000;
    case 1: return ((double)(int)below(2000000) - 1000000) / 1000;
    case 2: return ((double)(int)below(200) - 100) / 8;
    case 3: return pow(10, (int)below(40) - 20) * (below(2) ? 1 : -1);
    case 4: return below(2) ? 0.0 : -0.0;
    case 5: u.bits = next64() & 0x800fffffffffffffull; return below(20) == 0 ? (below(2) ? INFINITY : NAN) : u.value;
    case 6: return (double)next64() / 18446744073709551616.0 * pow(2, (int)below(80) - 40);
    default: u.bits = next64(); return u.value;
  }
}
#endif
