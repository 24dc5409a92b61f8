/* Formatted output inside the library: where characters go, and one conversion's parameters. */
#ifndef PW_FORMAT_H
#define PW_FORMAT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include "inline.h"
#include "stream.h"

/*
 * Where formatted characters go: a stream, or a block of memory of `space` bytes (the terminating zero not counted), or
 * a block of the heap that grows (`block`). `total` counts all characters, taken or not; `failed` is set when the
 * stream refused some or the heap had no memory.
 */
struct output {
  FILE *stream;
  char *to;
  size_t space;
  char *block;
  size_t total;
  int failed;
};

enum {
  FLAG_LEFT = 1,
  FLAG_PLUS = 2,
  FLAG_SPACE = 4,
  FLAG_ALTERNATE = 8,
  FLAG_ZERO = 16,
  FLAG_UPPER = 32
};

/* One conversion: precision -1 means none given. */
struct conversion {
  unsigned flags;
  int width;
  int precision;
  char letter;
};

void __pw_put(struct output *out, const char *from, size_t n);
void __pw_pad(struct output *out, char c, long n);
/* Sign or prefix, zeros of the width, body; padded as the flags say. */
void __pw_put_number(struct output *out, const struct conversion *how, const char *prefix, size_t prefix_length,
                     const char *body, size_t body_length, size_t zeros);

/* %f %e %g %a of a double, and of a long double (format-float.c). */
void __pw_format_double(struct output *out, const struct conversion *how, double value);
void __pw_format_long_double(struct output *out, const struct conversion *how, long double value);

/* The rest of the arguments: a va_list that functions can pass on by address. */
struct rest {
  va_list list;
};

/* An argument taken ahead, for formats with positions. */
union argument;

/*
 * Formats everything; the number of characters, or -1 with errno. `values` are the arguments of a format with positions,
 * NULL before it is known to have them.
 */
int __pw_format_all(struct output *out, const char *format, const union argument *values, struct rest *rest);

/* A macro, because functions with a va_list cannot be inlined everywhere. */
#define FORMAT_TO(result, out, format, arguments)                   \
  do {                                                              \
    struct rest rest;                                               \
    va_copy(rest.list, arguments);                                  \
    (result) = __pw_format_all(out, format, NULL, &rest);           \
    va_end(rest.list);                                              \
  } while (0)

#endif
