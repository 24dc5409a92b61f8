/* Wide character types (C11 7.29): the types and limits; of the functions, wcslen. */
#ifndef _WCHAR_H
#define _WCHAR_H 1

#include <features.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned int wint_t;
typedef struct {
  unsigned int __state[2];
} mbstate_t;
#define WEOF 0xffffffffu

size_t wcslen(const wchar_t *s) __PW_PURE __PW_NONNULL(1);

#endif
