/* Inlining by hand: the library is compiled without any, so that functions keep their call frames. */
#ifndef PW_INLINE_H
#define PW_INLINE_H

#include <stddef.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline, unused))

/*
 * Copies byte by byte. Bytes 2, 4, 6, … of those copied are read by one instruction and bytes 0, 1, 3, 5, … by another,
 * as in Memcheck's and glibc's loops, which are unrolled twice: errors are counted by instruction. The volatile read
 * keeps the compiler from making one of the two.
 */
ALWAYS_INLINE char read_byte(const char *from, size_t turn) {
  return turn < 2 || (turn & 1) != 0 ? *from : *(const volatile char *)from;
}

ALWAYS_INLINE void copy_bytes(char *to, const char *from, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] = read_byte(from + i, i);
}

ALWAYS_INLINE void copy_bytes_down(char *to, const char *from, size_t n) {
  for (size_t i = 0; i < n; i++) to[n - 1 - i] = read_byte(from + (n - 1 - i), i);
}

#endif
