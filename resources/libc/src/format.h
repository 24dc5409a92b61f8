/* Formatted output inside the library: where characters go, and one conversion's parameters. */
#ifndef PW_FORMAT_H
#define PW_FORMAT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

/* Formats everything; the number of characters, or -1 with errno. */
int __pw_format(struct output *out, const char *format, va_list arguments);

#endif
