/*
 * Blocks of bytes (C11 7.24, the mem… functions). The hot ones are the kernel's; the others go byte by byte, as
 * Memcheck's replacements do, so that the sizes and numbers of invalid accesses agree.
 */
#define _GNU_SOURCE
#include <string.h>
#include "intrinsics.h"

void *memcpy(void *restrict to, const void *restrict from, size_t n) { return __pw_memcpy(to, from, n); }

void *memmove(void *to, const void *from, size_t n) { return __pw_memmove(to, from, n); }

void *memset(void *to, int byte, size_t n) { return __pw_memset(to, byte, n); }

int memcmp(const void *a, const void *b, size_t n) { return __pw_memcmp(a, b, n); }

int bcmp(const void *a, const void *b, size_t n) { return __pw_memcmp(a, b, n); }

void *memchr(const void *s, int byte, size_t n) { return __pw_memchr(s, byte, n); }

void bzero(void *to, size_t n) { __pw_memset(to, 0, n); }

void explicit_bzero(void *to, size_t n) { __pw_memset(to, 0, n); }

void bcopy(const void *from, void *to, size_t n) { __pw_memmove(to, from, n); }

/* memcpy that returns the end; upward or downward as the addresses lie, a byte at a time. */
void *mempcpy(void *restrict to, const void *restrict from, size_t n) {
  char *d = to;
  const char *s = from;
  if ((size_t)d > (size_t)s) {
    for (size_t i = n; i > 0; i--) d[i - 1] = s[i - 1];
  } else {
    for (size_t i = 0; i < n; i++) d[i] = s[i];
  }
  return d + n;
}

void *memccpy(void *restrict to, const void *restrict from, int byte, size_t n) {
  unsigned char *d = to;
  const unsigned char *s = from;
  for (size_t i = 0; i < n; i++) {
    if ((d[i] = s[i]) == (unsigned char)byte) return d + i + 1;
  }
  return NULL;
}

void *memrchr(const void *s, int byte, size_t n) {
  const unsigned char *p = s;
  while (n > 0) {
    if (p[--n] == (unsigned char)byte) return (void *)(p + n);
  }
  return NULL;
}

void *rawmemchr(const void *s, int byte) {
  const unsigned char *p = s;
  while (*p != (unsigned char)byte) p++;
  return (void *)p;
}

void *memmem(const void *s, size_t n, const void *needle, size_t m) {
  const char *p = s;
  if (m == 0) return (void *)p;
  if (m > n) return NULL;
  char first = *(const char *)needle;
  for (size_t i = 0; i <= n - m; i++) {
    if (p[i] == first && memcmp(p + i, needle, m) == 0) return (void *)(p + i);
  }
  return NULL;
}
