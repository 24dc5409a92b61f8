/* Every integer and floating instruction over awkward values, hashed: one number per group. */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static uint64_t hash = 14695981039346656037u;
static void mix(uint64_t v) { hash = (hash ^ v) * 1099511628211u; }
static void mixd(double d) { uint64_t u; memcpy(&u, &d, 8); mix(u); }
static void mixf(float f) { uint32_t u; memcpy(&u, &f, 4); mix(u); }
static void mixl(long double l) { uint64_t s; uint16_t e; memcpy(&s, &l, 8); memcpy(&e, (char *)&l + 8, 2); mix(s); mix(e); }
static const int64_t whole[] = { 0, 1, -1, 2, 7, -9, 63, 64, 65, 255, -256, 32767, 65536, INT_MAX, INT_MIN, 0x123456789abcdef, INT64_MAX, INT64_MIN, -0x7edcba9876543210 };
static const double real[] = { 0.0, -0.0, 1.0, -1.5, 0.5, 2.5, 3.5, -2.5, 1e-310, 4.9e-324, 1e308, -1e308, 2147483647.5, -2147483649.0, 9.3e18, -9.3e18, 1.8e19, 4294967296.5, 16777217.0, 0.1, 1e-40 };
#define COUNT(a) (int)(sizeof a / sizeof a[0])
static void integers(int64_t a, int64_t b) {
  int32_t x = (int32_t)a, y = (int32_t)b; uint32_t u = (uint32_t)a, v = (uint32_t)b; uint64_t p = (uint64_t)a, q = (uint64_t)b;
  mix(u + v); mix(u - v); mix(u * v); mix(u & v); mix(u | v); mix(u ^ v); mix(u << (v & 31)); mix(u >> (v & 31)); mix((uint64_t)(x >> (y & 31)));
  mix(p + q); mix(p - q); mix(p * q); mix(p & q); mix(p | q); mix(p ^ q); mix(p << (q & 63)); mix(p >> (q & 63)); mix((uint64_t)(a >> (b & 63)));
  if (v) { mix(u / v); mix(u % v); if (!(y == -1 && x == INT_MIN)) { mix((uint64_t)(x / y)); mix((uint64_t)(x % y)); } }
  if (q) { mix(p / q); mix(p % q); if (!(b == -1 && a == INT64_MIN)) { mix((uint64_t)(a / b)); mix((uint64_t)(a % b)); } }
  mix((x < y) | (x <= y) << 1 | (x > y) << 2 | (x >= y) << 3 | (u < v) << 4 | (u <= v) << 5 | (u > v) << 6 | (u >= v) << 7 | (x == y) << 8 | (x != y) << 9);
  mix((a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (p < q) << 4 | (p <= q) << 5 | (p > q) << 6 | (p >= q) << 7 | (a == b) << 8 | (a != b) << 9);
  mix((uint64_t)(int8_t)a + (uint64_t)(int16_t)b + (uint8_t)a + (uint16_t)b + (uint64_t)(int64_t)x);
  mix((uint64_t)__builtin_popcountll(p) + (uint64_t)__builtin_bswap64(p) + __builtin_bswap32(u) + __builtin_bswap16((uint16_t)v));
  if (u) mix((uint64_t)__builtin_clz(u) + (uint64_t)__builtin_ctz(u));
  if (p) mix((uint64_t)__builtin_clzll(p) + (uint64_t)__builtin_ctzll(p));
  int r; long l; mix((uint64_t)__builtin_sadd_overflow(x, y, &r) + (uint64_t)__builtin_smull_overflow(a, b, &l)); mix((uint64_t)l);
  unsigned __int128 w = (unsigned __int128)p * q + ((unsigned __int128)q << 64 | p), d = (unsigned __int128)q << 3 | 5; __int128 s = (__int128)w;
  mix((uint64_t)(w >> 64)); mix((uint64_t)(w / d)); mix((uint64_t)(w % d)); mix((uint64_t)(s / -7)); mix((uint64_t)(s % 1000003)); mix((uint64_t)(s >> (v & 127) >> 3)); mix((uint64_t)((w << (u & 127)) >> 60));
}
static void floats(double a, double b) {
  float f = (float)a, g = (float)b; long double l = a, m = b;
  mixd(a + b); mixd(a - b); mixd(a * b); mixd(a / b); mixf(f + g); mixf(f - g); mixf(f * g); mixf(f / g);
  mix((a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 | (a != b) << 5 | (f < g) << 6 | (f == g) << 7 | isunordered(a, b) << 8);
  mixd(sqrt(fabs(a))); mixd(floor(a)); mixd(ceil(a)); mixd(trunc(a)); mixd(rint(a)); mixd(round(a)); mixd(copysign(a, b)); mixd(fmin(a, b)); mixd(fmax(a, b)); mixd(-a);
  mixf(sqrtf(fabsf(f))); mixf(floorf(f)); mixf(rintf(f)); mixf(roundf(f)); mixf(-f); mixf(fminf(f, g));
  mixl(l + m); mixl(l - m); mixl(l * m); mixl(l / m); mixl(-l); mixl(l * l * 1.0000000000000000002L - m);
  mix((l < m) | (l == m) << 1 | (l >= m) << 2); mixd((double)(l / 3)); mixf((float)(l / 7));
  if (fabs(a) < 2e9) { mix((uint64_t)(int)a); mix((uint64_t)(int)f); mix((uint64_t)(long)l); }
  if (fabs(a) < 9e18) mix((uint64_t)(int64_t)a);
  if (a >= 0 && a < 1.8e19) { mix((uint64_t)a); mix((uint64_t)l); }
  if (a >= 0 && a < 4e9) mix((unsigned)a);
}
int main(void) {
  volatile double zero = 0;
  for (int i = 0; i < COUNT(whole); i++) {
    for (int j = 0; j < COUNT(whole); j++) integers(whole[i], whole[j]);
    mixd((double)whole[i]); mixf((float)whole[i]); mixd((double)(uint64_t)whole[i]); mixf((float)(uint64_t)whole[i]); mixf((float)(int)whole[i]); mixd((double)(unsigned)whole[i]); mixl((long double)whole[i]); mixl((long double)(uint64_t)whole[i]);
  }
  printf("integers %llx\n", (unsigned long long)hash);
  for (int i = 0; i < COUNT(real); i += 1) for (int j = 0; j < COUNT(real); j += 2) floats(real[i], real[j]);
  printf("floats %llx\n", (unsigned long long)hash);
  double nans[] = { zero / zero, -(zero / zero), 1 / zero, -1 / zero, nan("5"), -nan("9") };
  for (int i = 0; i < COUNT(nans); i++) for (int j = 0; j < COUNT(nans); j++) { floats(nans[i], nans[j]); floats(nans[i], 1.5); floats(-2.5, nans[j]); }
  printf("nans %llx\n", (unsigned long long)hash);
  return (int)(hash & 0x7f);
}
