/* Integers from text and integer arithmetic (C11 7.22.1, 7.22.6, 7.8.2). */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

static int digit_value(int c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

/*
 * The magnitude of the number at `text`: white space, sign, prefix, digits. `*end` is where it ends, or `text` when
 * there is none; `*negative` its sign. A magnitude beyond `limit` (negative ones: limit + `more`) gives ERANGE and
 * sets `*overflow`.
 */
static unsigned long parse(const char *text, char **end, int base, int *negative, int *overflow) {
  const char *p = text;
  *negative = *overflow = 0;
  if (base < 0 || base == 1 || base > 36) {
    errno = EINVAL;
    return 0;
  }
  if (end != NULL) *end = (char *)text;
  while (isspace((unsigned char)*p)) p++;
  if (*p == '-' || *p == '+') *negative = *p++ == '-';
  if ((base == 0 || base == 16) && p[0] == '0' && (p[1] | 0x20) == 'x' && digit_value((unsigned char)p[2]) < 16) {
    p += 2;
    base = 16;
  } else if (base == 0) {
    base = *p == '0' ? 8 : 10;
  }
  unsigned long n = 0;
  const char *first = p;
  for (int digit; (digit = digit_value((unsigned char)*p)) < base; p++) {
    if (__builtin_mul_overflow(n, (unsigned long)base, &n) || __builtin_add_overflow(n, (unsigned long)digit, &n)) *overflow = 1;
  }
  if (p != first && end != NULL) *end = (char *)p;
  return n;
}

long strtol(const char *restrict text, char **restrict end, int base) {
  int negative, overflow;
  unsigned long n = parse(text, end, base, &negative, &overflow);
  if (overflow || n > (unsigned long)LONG_MAX + (unsigned long)negative) {
    errno = ERANGE;
    return negative ? LONG_MIN : LONG_MAX;
  }
  return (long)(negative ? 0 - n : n);
}

unsigned long strtoul(const char *restrict text, char **restrict end, int base) {
  int negative, overflow;
  unsigned long n = parse(text, end, base, &negative, &overflow);
  if (overflow) {
    errno = ERANGE;
    return ULONG_MAX;
  }
  return negative ? 0 - n : n;
}

long long strtoll(const char *restrict text, char **restrict end, int base) { return strtol(text, end, base); }
unsigned long long strtoull(const char *restrict text, char **restrict end, int base) { return strtoul(text, end, base); }
intmax_t strtoimax(const char *restrict text, char **restrict end, int base) { return strtol(text, end, base); }
uintmax_t strtoumax(const char *restrict text, char **restrict end, int base) { return strtoul(text, end, base); }

int atoi(const char *text) { return (int)strtol(text, NULL, 10); }
long atol(const char *text) { return strtol(text, NULL, 10); }
long long atoll(const char *text) { return strtol(text, NULL, 10); }

/* The most negative value stays itself, as on the hardware. */
int abs(int value) { return value < 0 ? (int)(0u - (unsigned)value) : value; }
long labs(long value) { return value < 0 ? (long)(0ul - (unsigned long)value) : value; }
long long llabs(long long value) { return value < 0 ? (long long)(0ull - (unsigned long long)value) : value; }
intmax_t imaxabs(intmax_t value) { return labs(value); }

div_t div(int numerator, int denominator) { return (div_t){numerator / denominator, numerator % denominator}; }
ldiv_t ldiv(long numerator, long denominator) { return (ldiv_t){numerator / denominator, numerator % denominator}; }
lldiv_t lldiv(long long numerator, long long denominator) { return (lldiv_t){numerator / denominator, numerator % denominator}; }
imaxdiv_t imaxdiv(intmax_t numerator, intmax_t denominator) { return (imaxdiv_t){numerator / denominator, numerator % denominator}; }
