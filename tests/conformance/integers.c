/* Integer arithmetic: widths, signs, shifts, division, conversions. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

static uint32_t rotate(uint32_t x, unsigned n) { return (x << (n & 31)) | (x >> ((32 - n) & 31)); }

static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

int main(void) {
  int8_t a = -128; uint8_t b = 200; int16_t c = -32768; uint16_t d = 65535;
  printf("%d %u %d %u\n", a, b, c, d);
  printf("%d %d\n", (int8_t)(a - 1), (uint8_t)(b + 100));
  printf("%d %d %d\n", -7 / 2, -7 % 2, 7 / -2);
  printf("%u %u\n", (unsigned)-1 / 3, UINT_MAX % 10);
  printf("%lld %lld\n", LLONG_MIN / 2, LLONG_MIN % 1000);
  printf("%llu\n", ULLONG_MAX / 7);
  printf("%d %d\n", -1 >> 3, INT_MIN >> 31);
  printf("%u\n", rotate(0x12345678u, 12));
  uint64_t state = 1, sum = 0;
  for (int i = 0; i < 1000; i++) { state += 0x9e3779b97f4a7c15ULL; sum ^= mix(state); }
  printf("%016llx\n", (unsigned long long)sum);
  long total = 0;
  for (short s = -300; s < 300; s += 7) total += s * (long)s - (s & 15) + (s ^ 0x55);
  printf("%ld\n", total);
  unsigned char wrap = 250; for (int i = 0; i < 10; i++) wrap++;
  printf("%d %d %d\n", wrap, !wrap, ~wrap);
  _Bool yes = 42; printf("%d\n", yes);
  printf("%zu %zu %zu %zu\n", sizeof(int), sizeof(long), sizeof(void *), sizeof(long double));
  unsigned __int128 big = (unsigned __int128)0xfedcba9876543210ULL * 0x123456789abcdef1ULL;
  printf("%016llx%016llx\n", (unsigned long long)(big >> 64), (unsigned long long)big);
  big /= 1000000007u; printf("%016llx%016llx %llu\n", (unsigned long long)(big >> 64), (unsigned long long)big, (unsigned long long)(big % 97));
  return 0;
}
