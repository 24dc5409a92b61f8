/*
 * Formatted output (C11 7.21.6.1; printf(3)): parsing of conversions, integers and strings. Floating point is
 * in format-float.c; the public functions are in printf.c.
 *
 * A conversion is  % flags width .precision length letter, with "n$" argument positions as POSIX adds. Positions need
 * two passes: the first finds the type of every numbered argument, then all are taken in order. Without positions the
 * arguments are taken as the format is read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "format.h"

/* Doubles the block of asprintf and 100 bytes more, as glibc does; 0, or -1 without memory. */
static int grow(struct output *out) {
  size_t used = (size_t)(out->to - out->block), size = 2 * (used + out->space) + 100;
  char *bigger = malloc(size);
  if (bigger == NULL) return -1;
  memcpy(bigger, out->block, used);
  free(out->block);
  out->block = bigger;
  out->to = bigger + used;
  out->space = size - used;
  return 0;
}

/* The memory's part of put, its own call frame as in glibc. */
static void put_in_memory(struct output *out, const char *from, size_t n) {
  while (n > out->space && out->block != NULL) {
    if (grow(out) < 0) {
      out->failed = 1;
      break;
    }
  }
  if (n > out->space) n = out->space;
  if (n > 20) mempcpy(out->to, from, n);
  else copy_bytes(out->to, from, n);
  out->to += n;
  out->space -= n;
}

ALWAYS_INLINE void put(struct output *out, const char *from, size_t n) {
  if (n == 0) return;
  out->total += n;
  if (out->stream == NULL) put_in_memory(out, from, n);
  else if (__pw_stream_write(out->stream, from, n) != n) out->failed = 1;
}

void __pw_put(struct output *out, const char *from, size_t n) { put(out, from, n); }

void __pw_pad(struct output *out, char c, long n) {
  char run[16];
  if (n <= 0) return;
  memset(run, c, sizeof run);
  for (; n > (long)sizeof run; n -= (long)sizeof run) __pw_put(out, run, sizeof run);
  __pw_put(out, run, (size_t)n);
}

void __pw_put_number(struct output *out, const struct conversion *how, const char *prefix, size_t prefix_length,
                     const char *body, size_t body_length, size_t zeros) {
  long pad = (long)how->width - (long)(prefix_length + body_length + zeros);
  if ((how->flags & (FLAG_LEFT | FLAG_ZERO)) == 0) __pw_pad(out, ' ', pad);
  __pw_put(out, prefix, prefix_length);
  if ((how->flags & (FLAG_LEFT | FLAG_ZERO)) == FLAG_ZERO) __pw_pad(out, '0', pad);
  __pw_pad(out, '0', (long)zeros);
  __pw_put(out, body, body_length);
  if ((how->flags & FLAG_LEFT) != 0) __pw_pad(out, ' ', pad);
}

/* Types of arguments, by how va_arg takes them. */
enum argument_type { NONE, INT, LONG, DOUBLE, LONG_DOUBLE, POINTER };

union argument {
  long integer;
  double real;
  long double extended;
  void *pointer;
};

enum length { DEFAULT, CHAR, SHORT, LONG_LENGTH, LONG_DOUBLE_LENGTH };

/* A conversion as it stands in the format; positions are 1-based, 0: the next argument, -1: not used. */
struct parsed {
  struct conversion how;
  enum length length;
  int value_position, width_position, precision_position;
};

#define POSITIONS_MAX 64

static int parse_number(const char **at) {
  int n = 0;
  while (**at >= '0' && **at <= '9') {
    int digit = *(*at)++ - '0';
    n = n > (INT_MAX - digit) / 10 ? INT_MAX : n * 10 + digit;
  }
  return n;
}

/* "n$" at *at: the position, and *at moves on; otherwise 0 and *at stays. */
static int parse_position(const char **at) {
  const char *p = *at;
  int n = parse_number(&p);
  if (n == 0 || *p != '$') return 0;
  *at = p + 1;
  return n;
}

static enum length parse_length(const char **at) {
  switch (*(*at)++) {
    case 'h':
      if (**at != 'h') return SHORT;
      ++*at;
      return CHAR;
    case 'l':
      if (**at == 'l') ++*at;
      return LONG_LENGTH;
    case 'q': case 'j': case 'z': case 'Z': case 't':
      return LONG_LENGTH;
    case 'L':
      return LONG_DOUBLE_LENGTH;
    default:
      --*at;
      return DEFAULT;
  }
}

static unsigned parse_flags(const char **at) {
  unsigned flags = 0;
  for (;; ++*at) {
    switch (**at) {
      case '-': flags |= FLAG_LEFT; break;
      case '+': flags |= FLAG_PLUS; break;
      case ' ': flags |= FLAG_SPACE; break;
      case '#': flags |= FLAG_ALTERNATE; break;
      case '0': flags |= FLAG_ZERO; break;
      case '\'': case 'I': break; /* the "C" locale groups nothing */
      default: return flags;
    }
  }
}

/* Reads the conversion after a '%'; the address after its letter. */
static const char *parse(const char *at, struct parsed *to) {
  to->value_position = parse_position(&at);
  to->width_position = to->precision_position = -1;
  to->how.flags = parse_flags(&at);
  to->how.width = 0;
  to->how.precision = -1;
  if (*at == '*') {
    at++;
    to->width_position = parse_position(&at);
  } else {
    to->how.width = parse_number(&at);
  }
  if (*at == '.') {
    at++;
    if (*at == '*') {
      at++;
      to->precision_position = parse_position(&at);
    } else if (*at == '-') {
      at++;
      parse_number(&at);
    } else {
      to->how.precision = parse_number(&at);
    }
  }
  to->length = parse_length(&at);
  to->how.letter = *at;
  return *at == 0 ? at : at + 1;
}

static enum argument_type type_of(const struct parsed *parsed) {
  switch (parsed->how.letter) {
    case 'd': case 'i': case 'o': case 'u': case 'x': case 'X':
      return parsed->length >= LONG_LENGTH ? LONG : INT;
    case 'c': case 'C':
      return INT;
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
      return parsed->length == LONG_DOUBLE_LENGTH ? LONG_DOUBLE : DOUBLE;
    case 's': case 'S': case 'p': case 'n':
      return POINTER;
    default:
      return NONE;
  }
}

static void take(union argument *to, enum argument_type type, struct rest *rest) {
  switch (type) {
    case INT: to->integer = va_arg(rest->list, int); break;
    case LONG: to->integer = va_arg(rest->list, long); break;
    case DOUBLE: to->real = va_arg(rest->list, double); break;
    case LONG_DOUBLE: to->extended = va_arg(rest->list, long double); break;
    case POINTER: to->pointer = va_arg(rest->list, void *); break;
    case NONE: break;
  }
}

/*
 * First pass of a format with positions: takes all arguments into `values`. 0, or -1 when a position is beyond
 * POSITIONS_MAX. Positions that no conversion names are taken as int.
 */
static int take_positions(const char *format, union argument *values, struct rest *rest) {
  enum argument_type types[POSITIONS_MAX] = {NONE};
  int count = 0;
  for (const char *at = format; *at != 0;) {
    if (*at++ != '%') continue;
    struct parsed parsed;
    at = parse(at, &parsed);
    int positions[3] = {parsed.value_position, parsed.width_position, parsed.precision_position};
    for (int i = 0; i < 3; i++) {
      if (positions[i] <= 0) continue;
      if (positions[i] > POSITIONS_MAX) return -1;
      types[positions[i] - 1] = i == 0 ? type_of(&parsed) : INT;
      if (positions[i] > count) count = positions[i];
    }
  }
  for (int i = 0; i < count; i++) take(&values[i], types[i] == NONE ? INT : types[i], rest);
  return 0;
}

/* Digits of n at the end of a buffer; the address of the first. */
static char *digits(char *end, unsigned long n, unsigned base, int upper) {
  const char *alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  if (base == 10) {
    while (n > 0xffffffff) {
      *--end = (char)('0' + n % 10);
      n /= 10;
    }
    for (unsigned small = (unsigned)n; small > 0; small /= 10) *--end = (char)('0' + small % 10);
  } else {
    unsigned shift = base == 16 ? 4 : 3;
    for (; n > 0; n >>= shift) *--end = alphabet[n & (base - 1)];
  }
  return end;
}

static void format_integer(struct output *out, struct parsed *parsed, long value) {
  struct conversion *how = &parsed->how;
  char buffer[24], *end = buffer + sizeof buffer;
  char prefix[2];
  size_t prefix_length = 0;
  char letter = how->letter;
  unsigned long n;
  if (letter == 'd' || letter == 'i') {
    if (parsed->length == CHAR) value = (signed char)value;
    else if (parsed->length == SHORT) value = (short)value;
    n = value < 0 ? 0 - (unsigned long)value : (unsigned long)value;
    if (value < 0) prefix[prefix_length++] = '-';
    else if ((how->flags & FLAG_PLUS) != 0) prefix[prefix_length++] = '+';
    else if ((how->flags & FLAG_SPACE) != 0) prefix[prefix_length++] = ' ';
  } else {
    n = (unsigned long)value;
    if (parsed->length == CHAR) n = (unsigned char)n;
    else if (parsed->length == SHORT) n = (unsigned short)n;
    else if (parsed->length == DEFAULT) n = (unsigned)n;
  }
  unsigned base = letter == 'o' ? 8 : letter == 'x' || letter == 'X' ? 16 : 10;
  char *first = digits(end, n, base, letter == 'X');
  size_t length = (size_t)(end - first);
  size_t wanted = how->precision < 0 ? 1 : (size_t)how->precision;
  if (how->precision >= 0) how->flags &= ~(unsigned)FLAG_ZERO;
  if ((how->flags & FLAG_ALTERNATE) != 0) {
    if (base == 16 && n != 0) {
      prefix[prefix_length++] = '0';
      prefix[prefix_length++] = letter;
    } else if (base == 8 && length >= wanted) {
      wanted = n == 0 ? 1 : length + 1;
    }
  }
  __pw_put_number(out, how, prefix, prefix_length, first, length, wanted > length ? wanted - length : 0);
}

ALWAYS_INLINE void format_text(struct output *out, const struct conversion *how, const char *text, size_t length) {
  long pad = (long)how->width - (long)length;
  if (pad > 0 && (how->flags & FLAG_LEFT) == 0) __pw_pad(out, ' ', pad);
  put(out, text, length);
  if (pad > 0 && (how->flags & FLAG_LEFT) != 0) __pw_pad(out, ' ', pad);
}

static void format_own_text(struct output *out, const struct conversion *how, const char *text, size_t length) {
  format_text(out, how, text, length);
}

ALWAYS_INLINE void format_string(struct output *out, const struct conversion *how, const char *text) {
  if (text == NULL) {
    /* glibc shows a null string only when the precision leaves room for all of it. */
    format_own_text(out, how, "(null)", how->precision == -1 || how->precision >= 6 ? 6 : 0);
    return;
  }
  format_text(out, how, text, how->precision < 0 ? strlen(text) : strnlen(text, (size_t)how->precision));
}

/* Wide strings in the "C" locale: characters up to 127; any other ends the output with EILSEQ. */
static int format_wide(struct output *out, const struct conversion *how, const wchar_t *text) {
  size_t limit = how->precision < 0 ? SIZE_MAX : (size_t)how->precision, length = 0;
  for (; length < limit && text[length] != 0; length++) {
    if ((unsigned)text[length] > 127) {
      errno = EILSEQ;
      return -1;
    }
  }
  long pad = (long)how->width - (long)length;
  if ((how->flags & FLAG_LEFT) == 0) __pw_pad(out, ' ', pad);
  for (size_t i = 0; i < length; i++) {
    char c = (char)text[i];
    __pw_put(out, &c, 1);
  }
  if ((how->flags & FLAG_LEFT) != 0) __pw_pad(out, ' ', pad);
  return 0;
}

static void format_message(struct output *out, const struct conversion *how, const char *text) {
  format_string(out, how, text);
}

static void format_pointer(struct output *out, struct parsed *parsed, void *pointer) {
  if (pointer == NULL) {
    format_own_text(out, &parsed->how, "(nil)", 5);
    return;
  }
  parsed->how.flags |= FLAG_ALTERNATE;
  parsed->how.letter = 'x';
  parsed->length = LONG_LENGTH;
  /* %+p and "% p" show their sign, as glibc does. */
  if ((parsed->how.flags & (FLAG_PLUS | FLAG_SPACE)) == 0) {
    format_integer(out, parsed, (long)pointer);
    return;
  }
  char buffer[24], *first = digits(buffer + sizeof buffer, (unsigned long)pointer, 16, 0);
  const char *prefix = (parsed->how.flags & FLAG_PLUS) != 0 ? "+0x" : " 0x";
  size_t length = (size_t)(buffer + sizeof buffer - first);
  size_t wanted = parsed->how.precision < 0 ? 1 : (size_t)parsed->how.precision;
  if (parsed->how.precision >= 0) parsed->how.flags &= ~(unsigned)FLAG_ZERO;
  __pw_put_number(out, &parsed->how, prefix, 3, first, length, wanted > length ? wanted - length : 0);
}

static void store_count(const struct parsed *parsed, void *to, size_t total) {
  switch (parsed->length) {
    case CHAR: *(signed char *)to = (signed char)total; break;
    case SHORT: *(short *)to = (short)total; break;
    case LONG_LENGTH: case LONG_DOUBLE_LENGTH: *(long *)to = (long)total; break;
    default: *(int *)to = (int)total; break;
  }
}

/* One conversion with its argument; 0, or -1 with errno. */
ALWAYS_INLINE int convert(struct output *out, struct parsed *parsed, const union argument *value, const char *start,
                   const char *end) {
  char c;
  switch (parsed->how.letter) {
    case 'd': case 'i': case 'o': case 'u': case 'x': case 'X':
      format_integer(out, parsed, value->integer);
      return 0;
    case 'c':
    case 'C':
      c = (char)value->integer;
      format_own_text(out, &parsed->how, &c, 1);
      return 0;
    case 's':
    case 'S':
      if ((parsed->length == LONG_LENGTH || parsed->how.letter == 'S') && value->pointer != NULL) {
        return format_wide(out, &parsed->how, value->pointer);
      }
      format_string(out, &parsed->how, value->pointer);
      return 0;
    case 'p':
      format_pointer(out, parsed, value->pointer);
      return 0;
    case 'n':
      store_count(parsed, value->pointer, out->total);
      return 0;
    case 'm':
      format_message(out, &parsed->how, strerror(errno));
      return 0;
    case '%':
      __pw_put(out, "%", 1);
      return 0;
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
      if (parsed->length == LONG_DOUBLE_LENGTH) __pw_format_long_double(out, &parsed->how, value->extended);
      else __pw_format_double(out, &parsed->how, value->real);
      return 0;
    case 0:
      errno = EINVAL;
      return -1;
    default:
      /* Not a conversion: shown as it stands. */
      put(out, start, (size_t)(end - start));
      return 0;
  }
}

/* The argument of a '*': an int, by position or in order. */
static int star(int position, const union argument *values, struct rest *rest) {
  union argument value;
  if (position > 0) return (int)values[position - 1].integer;
  take(&value, INT, rest);
  return (int)value.integer;
}

/* Width and precision from their arguments; 0, or -1 with errno. */
static int take_stars(struct parsed *parsed, const union argument *values, struct rest *rest) {
  if (parsed->width_position >= 0) {
    int width = star(parsed->width_position, values, rest);
    if (width < 0) {
      parsed->how.flags |= FLAG_LEFT;
      width = width == INT_MIN ? INT_MAX : -width;
    }
    parsed->how.width = width;
  }
  if (parsed->precision_position >= 0) {
    int precision = star(parsed->precision_position, values, rest);
    parsed->how.precision = precision < 0 ? -1 : precision;
  }
  if (parsed->how.width == INT_MAX || parsed->how.precision == INT_MAX) {
    errno = EOVERFLOW;
    return -1;
  }
  return 0;
}

static int has_positions(const struct parsed *parsed) {
  return parsed->value_position > 0 || parsed->width_position > 0 || parsed->precision_position > 0;
}

static int format_with_positions(struct output *out, const char *at, struct rest *rest);

/*
 * Text up to the next '%', a conversion, and so on to the end. Conversions and strings are inlined here, so that a report's stack shows strlen under this function
 * under printf, as deep as in glibc.
 */
int __pw_format_all(struct output *out, const char *format, const union argument *values, struct rest *rest) {
  const char *text = format, *at;
  for (;;) {
    struct parsed parsed;
    union argument value;
    at = strchrnul(text, '%');
    put(out, text, (size_t)(at - text));
    if (*at == 0) break;
    text = parse(at + 1, &parsed);
    if (values == NULL && has_positions(&parsed)) return format_with_positions(out, at, rest);
    if (take_stars(&parsed, values, rest) < 0) return -1;
    if (parsed.value_position > 0) value = values[parsed.value_position - 1];
    else take(&value, type_of(&parsed), rest);
    if (convert(out, &parsed, &value, at, text) < 0) return -1;
  }
  if (out->failed) return -1;
  if (out->total > INT_MAX) {
    errno = EOVERFLOW;
    return -1;
  }
  return (int)out->total;
}

static int format_with_positions(struct output *out, const char *at, struct rest *rest) {
  union argument values[POSITIONS_MAX];
  if (take_positions(at, values, rest) < 0) {
    errno = EINVAL;
    return -1;
  }
  return __pw_format_all(out, at, values, rest);
}
