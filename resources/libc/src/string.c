/*
 * Strings (C11 7.24, the str… functions, and those of POSIX and GNU): copying, comparing, searching. The hot ones are
 * the kernel's; the others go byte by byte in the access pattern of Memcheck's replacements.
 *
 * Memcheck counts errors by the instruction that made them. In its replacements of strlen, strcmp, strchr, strrchr,
 * strcpy and their like the first byte is read by another instruction than the rest, and the terminating zero is written
 * by another than the bytes before it: so it is here, that the same program has the same number of different errors.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "inline.h"
#include "intrinsics.h"

size_t strlen(const char *s) { return *s == 0 ? 0 : 1 + __pw_strlen(s + 1); }

size_t strnlen(const char *s, size_t n) { return __pw_strnlen(s, n); }

char *strcpy(char *restrict to, const char *restrict from) {
  char *end = to;
  for (char c = *from; c != 0; c = *++from) *end++ = c;
  *end = 0;
  return to;
}

ALWAYS_INLINE int compare(const char *a, const char *b) {
  unsigned char x = (unsigned char)*a, y = (unsigned char)*b;
  if (x != y) return x < y ? -1 : 1;
  return x == 0 ? 0 : __pw_strcmp(a + 1, b + 1);
}

int strcmp(const char *a, const char *b) { return compare(a, b); }

int strncmp(const char *a, const char *b, size_t n) { return __pw_strncmp(a, b, n); }

ALWAYS_INLINE char *find_first(const char *s, char c) {
  char first = *s;
  if (first == c) return (char *)s;
  return first == 0 ? NULL : __pw_strchr(s + 1, c);
}

char *strchr(const char *s, int c) { return find_first(s, (char)c); }

char *index(const char *s, int c) { return find_first(s, (char)c); }

ALWAYS_INLINE char *find_last(const char *s, char c) {
  char first = *s, *found = first == c ? (char *)s : NULL;
  if (first == 0) return found;
  char *later = __pw_strrchr(s + 1, c);
  return later != NULL ? later : found;
}

char *strrchr(const char *s, int c) { return find_last(s, (char)c); }

char *rindex(const char *s, int c) { return find_last(s, (char)c); }

/* In the "C" locale strings collate as their bytes do. */
int strcoll(const char *a, const char *b) { return compare(a, b); }

size_t strxfrm(char *restrict to, const char *restrict from, size_t n) {
  size_t length = strlen(from);
  if (length < n) memcpy(to, from, length + 1);
  else if (n > 0) memcpy(to, from, n);
  return length;
}

char *strncpy(char *restrict to, const char *restrict from, size_t n) {
  size_t i = 0;
  while (i < n && from[i] != 0) {
    to[i] = from[i];
    i++;
  }
  while (i < n) to[i++] = 0;
  return to;
}

char *stpcpy(char *restrict to, const char *restrict from) {
  for (char c = *from; c != 0; c = *++from) *to++ = c;
  *to = 0;
  return to;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t n) {
  size_t i = 0;
  while (i < n && from[i] != 0) {
    to[i] = from[i];
    i++;
  }
  char *end = to + i;
  while (i < n) to[i++] = 0;
  return end;
}

char *strcat(char *restrict to, const char *restrict from) {
  char *end = to;
  while (*end != 0) end++;
  for (char c = *from; c != 0; c = *++from) *end++ = c;
  *end = 0;
  return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t n) {
  char *end = to;
  while (*end != 0) end++;
  if (n > 0) {
    for (char c = *from; c != 0; c = *++from) {
      *end++ = c;
      if (--n == 0) break;
    }
  }
  *end = 0;
  return to;
}

static int lower(int c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

int strcasecmp(const char *a, const char *b) {
  for (;; a++, b++) {
    int x = lower((unsigned char)*a), y = lower((unsigned char)*b);
    if (x != y) return x - y;
    if (x == 0) return 0;
  }
}

int strncasecmp(const char *a, const char *b, size_t n) {
  if (n == 0) return 0;
  for (int x = lower(*(const volatile unsigned char *)a);; x = lower((unsigned char)*++a)) {
    int y = lower((unsigned char)*b++);
    if (x != y) return x - y;
    if (x == 0 || --n == 0) return 0;
  }
}

char *strchrnul(const char *s, int c) {
  while (*s != 0 && *s != (char)c) s++;
  return (char *)s;
}

size_t strspn(const char *s, const char *accept) {
  size_t n = 0;
  for (; s[n] != 0; n++) {
    const char *a = accept;
    while (*a != 0 && *a != s[n]) a++;
    if (*a == 0) break;
  }
  return n;
}

size_t strcspn(const char *s, const char *reject) {
  size_t n = 0;
  for (; s[n] != 0; n++) {
    for (const char *r = reject; *r != 0; r++) {
      if (*r == s[n]) return n;
    }
  }
  return n;
}

char *strpbrk(const char *s, const char *accept) {
  for (; *s != 0; s++) {
    for (const char *a = accept; *a != 0; a++) {
      if (*a == *s) return (char *)s;
    }
  }
  return NULL;
}

char *strstr(const char *s, const char *needle) {
  if (needle[0] == 0) return (char *)s;
  for (; *s != 0; s++) {
    if (*s != needle[0]) continue;
    size_t i = 1;
    while (needle[i] != 0 && s[i] == needle[i]) i++;
    if (needle[i] == 0) return (char *)s;
  }
  return NULL;
}

char *strcasestr(const char *s, const char *needle) {
  if (needle[0] == 0) return (char *)s;
  for (; *s != 0; s++) {
    size_t i = 0;
    while (needle[i] != 0 && lower((unsigned char)s[i]) == lower((unsigned char)needle[i])) i++;
    if (needle[i] == 0) return (char *)s;
  }
  return NULL;
}

char *strtok_r(char *restrict s, const char *restrict separators, char **restrict save) {
  if (s == NULL) s = *save;
  s += strspn(s, separators);
  if (*s == 0) {
    *save = s;
    return NULL;
  }
  char *end = s + strcspn(s, separators);
  *save = end;
  if (*end != 0) {
    *end = 0;
    *save = end + 1;
  }
  return s;
}

char *strtok(char *restrict s, const char *restrict separators) {
  static char *rest;
  return strtok_r(s, separators, &rest);
}

char *strsep(char **restrict s, const char *restrict separators) {
  char *token = *s;
  if (token == NULL) return NULL;
  char *end = token + strcspn(token, separators);
  if (*end != 0) {
    *end = 0;
    *s = end + 1;
  } else {
    *s = NULL;
  }
  return token;
}

/* One block of length + 1 bytes. */
char *strdup(const char *s) {
  size_t size = strlen(s) + 1;
  char *copy = malloc(size);
  return copy == NULL ? NULL : memcpy(copy, s, size);
}

char *strndup(const char *s, size_t n) {
  size_t length = strnlen(s, n);
  char *copy = malloc(length + 1);
  if (copy == NULL) return NULL;
  copy[length] = 0;
  return memcpy(copy, s, length);
}

int ffs(int value) { return __builtin_ffs(value); }

int ffsl(long value) { return __builtin_ffsl(value); }

int ffsll(long long value) { return __builtin_ffsll(value); }

size_t wcslen(const __WCHAR_TYPE__ *s) {
  size_t n = 0;
  while (s[n] != 0) n++;
  return n;
}
