/*
 * Blocks of bytes (C11 7.24, the mem… functions). The hot ones are the kernel's; the others go byte by byte, as
 * Memcheck's replacements do, so that the sizes and numbers of invalid accesses agree.
 */
#define _GNU_SOURCE
#include <string.h>
#include "inline.h"
#include "intrinsics.h"

void *memcpy(void *restrict to, const void *restrict from, size_t n) { return __pw_memcpy(to, from, n); }

void *memmove(void *to, const void *from, size_t n) { return __pw_memmove(to, from, n); }

void *memset(void *to, int byte, size_t n) { return __pw_memset(to, byte, n); }

/* Bytes one by one; of `a`, the first is read by another instruction than the rest (see string.c). */
ALWAYS_INLINE int compare_bytes(const unsigned char *a, const unsigned char *b, size_t n) {
  if (n == 0) return 0;
  int x = a[0];
  for (size_t i = 0;;) {
    int y = b[i];
    if (x != y || ++i == n) return x - y;
    x = a[i];
  }
}

/* Words while both are aligned, then bytes, as in Memcheck's replacement. */
ALWAYS_INLINE int compare_blocks(const void *a, const void *b, size_t n) {
  size_t words = (((size_t)a | (size_t)b) & 7) == 0 ? n & ~(size_t)7 : 0;
  int order = words > 0 ? __pw_memcmp(a, b, words) : 0;
  if (order != 0 || words == n) return order;
  return compare_bytes((const unsigned char *)a + words, (const unsigned char *)b + words, n - words);
}

int memcmp(const void *a, const void *b, size_t n) { return compare_blocks(a, b, n); }

int bcmp(const void *a, const void *b, size_t n) { return compare_blocks(a, b, n); }

void *memchr(const void *s, int byte, size_t n) {
  const unsigned char *p = s;
  if (n == 0) return NULL;
  return *p == (unsigned char)byte ? (void *)p : __pw_memchr(p + 1, byte, n - 1);
}

void bzero(void *to, size_t n) { __pw_memset(to, 0, n); }

void explicit_bzero(void *to, size_t n) { __pw_memset(to, 0, n); }

void bcopy(const void *from, void *to, size_t n) { __pw_memmove(to, from, n); }

/* memcpy that returns the end; upward or downward as the addresses lie, a byte at a time. */
void *mempcpy(void *restrict to, const void *restrict from, size_t n) {
  char *d = to;
  const char *s = from;
  if ((size_t)d > (size_t)s) copy_bytes_down(d, s, n);
  else copy_bytes(d, s, n);
  return d + n;
}

void *memccpy(void *restrict to, const void *restrict from, int byte, size_t n) {
  const char *found = memchr(from, byte, n);
  if (found != NULL) return mempcpy(to, from, (size_t)(found - (const char *)from) + 1);
  memcpy(to, from, n);
  return NULL;
}

void *memrchr(const void *s, int byte, size_t n) {
  const unsigned char *p = s;
  if (n == 0) return NULL;
  if (p[--n] == (unsigned char)byte) return (void *)(p + n);
  while (n > 0) {
    if (p[--n] == (unsigned char)byte) return (void *)(p + n);
  }
  return NULL;
}

void *rawmemchr(const void *s, int byte) {
  const unsigned char *p = s;
  if (*(const volatile unsigned char *)p == (unsigned char)byte) return (void *)p;
  do p++;
  while (*p != (unsigned char)byte);
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
