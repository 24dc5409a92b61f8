/* Bit sets, unions, packed bit-fields, 128-bit integers, overflow builtins, inttypes. */
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#define N 1000
static uint32_t set[(N + 31) / 32];
typedef union {
  float f;
  uint32_t u;
  unsigned char b[4];
  struct {
    uint32_t m : 23, e : 8, s : 1;
  } p;
} F;
struct Packed {
  unsigned a : 3;
  int b : 5;
  unsigned : 0;
  unsigned long c : 40;
  signed char d : 2;
  _Bool e : 1;
} __attribute__((packed));
int main(void) {
  for (int i = 2; i < N; i++) set[i / 32] |= 1u << (i % 32);
  for (int i = 2; i * i < N; i++)
    if (set[i / 32] >> (i % 32) & 1)
      for (int j = i * i; j < N; j += i) set[j / 32] &= ~(1u << (j % 32));
  int c = 0;
  for (int i = 0; i < (int)(sizeof set / 4); i++) c += __builtin_popcount(set[i]);
  printf("%d primes\n", c);
  F f = {.f = -6.25f};
  printf("%08" PRIx32 " %u %u %u %02x%02x\n", f.u, f.p.s, f.p.e, f.p.m, f.b[0], f.b[3]);
  struct Packed p = {0};
  p.a = 9;
  p.b = -20;
  p.c = 0x1234567890abULL;
  p.d = 1;
  p.e = 5;
  printf("%u %d %lx %d %d %zu\n", p.a, p.b, (unsigned long)p.c, p.d, p.e, sizeof p);
  printf("%d %d %u\n", INT_MIN, INT_MAX, UINT_MAX);
  printf("%ld %ld %lu\n", LONG_MIN, LONG_MAX, ULONG_MAX);
  printf("%d %d %d %d\n", -7 / 2, -7 % 2, -7 >> 1, (int)((unsigned)-7 >> 28));
  uint8_t a = 200, b = 100;
  printf("%d %d %d\n", (uint8_t)(a + b), a + b, (int8_t)a);
  int64_t big = INT64_C(9007199254740993);
  printf("%" PRId64 " %.1f %d\n", big, (double)big, (int)big);
  uint64_t h = 1469598103934665603ULL;
  for (const char *s = "hash me"; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211ULL;
  printf("%016" PRIX64 " %" PRIo64 "\n", h, h);
  printf("%d %d %d %d\n", __builtin_clz(1), __builtin_ctzll(1ULL << 40), __builtin_ffs(8), __builtin_parity(7));
  printf("%x %x\n", __builtin_bswap32(0x12345678), __builtin_bswap16(0x1234));
  unsigned char bytes[8];
  memcpy(bytes, &h, 8);
  for (int i = 0; i < 8; i++) printf("%02x%s", bytes[i], i < 7 ? ":" : "\n");
  __int128 w = (__int128)h * h;
  printf("%016lx%016lx %d\n", (unsigned long)(w >> 64), (unsigned long)w, (int)(w % 1000003));
  unsigned __int128 uw = ~(unsigned __int128)0 / 7;
  printf("%lx %lx\n", (unsigned long)(uw >> 64), (unsigned long)uw);
  double ds[] = {0.5, -1.5, 2147483648.0, 4294967295.0, 1e18, -1e18};
  for (int i = 0; i < 6; i++) printf("%ld %lu ", (long)ds[i], i == 5 || i == 1 ? 0UL : (unsigned long)ds[i]);
  puts("");
  int r;
  long lr;
  int o = __builtin_add_overflow(INT_MAX, 1, &r);
  printf("%d %d ", o, r);
  o = __builtin_mul_overflow(1L << 40, 1L << 30, &lr);
  printf("%d %ld ", o, lr);
  o = __builtin_sub_overflow(5, 6, &r);
  printf("%d %d\n", o, r);
  for (int i = 0; i < 70; i += 23) printf("%lx ", 1UL << (i & 63));
  puts("");
  char ch = (char)0xff;
  printf("%d %d %d\n", ch, (unsigned char)ch, ch == 0xff);
  return sizeof(F) + sizeof(struct Packed);
}
