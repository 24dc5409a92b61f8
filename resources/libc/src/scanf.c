/*
 * Formatted input (C11 7.21.6.2; scanf(3)). Characters are taken one by one from a stream; sscanf makes a stream of its
 * string. Numbers are first collected as text, then converted by strtol and strtod, as glibc does: a matched prefix
 * that turns out to be no number stays consumed.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "stream.h"

/* First block of a string that %m allocates. */
#define ALLOCATED_BYTES 100
#define TEXT_BYTES 512

enum length { DEFAULT, CHAR, SHORT, LONG, LONG_DOUBLE };

/* The rest of the arguments: a va_list that functions can pass on by address. */
struct rest {
  va_list list;
};

struct input {
  FILE *stream;
  long taken;
  int assigned;
  struct rest *arguments;
};

/* One conversion; width is the number of characters that may still be taken. */
struct conversion {
  int suppress, allocate;
  long width;
  enum length length;
  char letter;
};

/* The text of a number; one longer than TEXT_BYTES goes to the heap. */
struct text {
  char *at;
  size_t length, space;
  char here[TEXT_BYTES];
};

enum outcome { MATCHED, MISMATCH, END };

static int take(struct input *in) {
  int c = __pw_get(in->stream);
  if (c != EOF) in->taken++;
  return c;
}

/* Gives back what take returned last. */
static void give_back(struct input *in, int c) {
  if (c == EOF) return;
  in->stream->read_ptr--;
  in->taken--;
}

static int take_within(struct input *in, struct conversion *how) {
  if (how->width == 0) return EOF;
  int c = take(in);
  if (c != EOF) how->width--;
  return c;
}

static void skip_space(struct input *in) {
  int c;
  while (isspace(c = take(in))) continue;
  give_back(in, c);
}

static void add(struct text *text, int c) {
  if (text->length + 1 >= text->space) {
    char *block = realloc(text->at == text->here ? NULL : text->at, 2 * text->space);
    if (block == NULL) return;
    if (text->at == text->here) memcpy(block, text->here, text->length);
    text->at = block;
    text->space *= 2;
  }
  text->at[text->length++] = (char)c;
  text->at[text->length] = 0;
}

static void store_integer(struct input *in, const struct conversion *how, long value) {
  void *to = va_arg(in->arguments->list, void *);
  switch (how->length) {
    case CHAR: *(signed char *)to = (signed char)value; break;
    case SHORT: *(short *)to = (short)value; break;
    case LONG: case LONG_DOUBLE: *(long *)to = value; break;
    default: *(int *)to = (int)value; break;
  }
}

/* Collects sign, prefix and digits; the base, which a prefix decides when it is 0. */
static int collect_integer(struct input *in, struct conversion *how, struct text *text, int base) {
  int c = take_within(in, how);
  if (c == '-' || c == '+') {
    add(text, c);
    c = take_within(in, how);
  }
  if (c == '0') {
    add(text, c);
    c = take_within(in, how);
    if ((c | 0x20) == 'x' && (base == 0 || base == 16)) {
      base = 16;
      c = take_within(in, how);
    } else if (base == 0) {
      base = 8;
    }
  }
  if (base == 0) base = 10;
  for (; c != EOF; c = take_within(in, how)) {
    int digit = isdigit(c) ? c - '0' : isalpha(c) ? (c | 0x20) - 'a' + 10 : 99;
    if (digit >= base) break;
    add(text, c);
  }
  give_back(in, c);
  return base;
}

static int nothing_collected(const struct text *text) {
  return text->length == 0 || (text->length == 1 && !isalnum((unsigned char)text->at[0]));
}

static enum outcome scan_integer(struct input *in, struct conversion *how, struct text *text) {
  char letter = how->letter;
  int base = letter == 'o' ? 8 : letter == 'x' || letter == 'X' || letter == 'p' ? 16 : letter == 'i' ? 0 : 10;
  base = collect_integer(in, how, text, base);
  if (nothing_collected(text)) {
    /* %p reads back what printf shows for a null pointer. */
    const char *nil = "(nil)";
    if (letter != 'p' || text->length != 0) return MISMATCH;
    for (; *nil != 0; nil++) {
      int c = take(in);
      if (c != *nil) {
        give_back(in, c);
        return MISMATCH;
      }
    }
    add(text, '0');
  }
  if (how->suppress) return MATCHED;
  if (letter == 'p') how->length = LONG;
  store_integer(in, how, letter == 'd' || letter == 'i' ? strtol(text->at, NULL, base) : (long)strtoul(text->at, NULL, base));
  in->assigned++;
  return MATCHED;
}

/* Takes the letters of `word` (lower case) from c on; 1 when all came. */
static int collect_word(struct input *in, struct conversion *how, struct text *text, int *c, const char *word) {
  for (; *word != 0; word++) {
    if (tolower(*c) != *word) return 0;
    add(text, *c);
    *c = take_within(in, how);
  }
  return 1;
}

/* Collects [sign] (inf[inity] | nan | 0x hex | decimal); 0 when it cannot be a number. */
static int collect_real(struct input *in, struct conversion *how, struct text *text) {
  int c = take_within(in, how), ok = 1;
  if (c == '-' || c == '+') {
    add(text, c);
    c = take_within(in, how);
  }
  size_t sign = text->length;
  if (tolower(c) == 'n') {
    ok = collect_word(in, how, text, &c, "nan");
  } else if (tolower(c) == 'i') {
    ok = collect_word(in, how, text, &c, "inf");
    if (ok && tolower(c) == 'i') ok = collect_word(in, how, text, &c, "inity");
  } else {
    int hex = 0, point = 0, exponent = 0, digits = 0;
    if (c == '0') {
      add(text, c);
      c = take_within(in, how);
      if (tolower(c) == 'x') {
        hex = 1;
        add(text, c);
        c = take_within(in, how);
      } else {
        digits = 1;
      }
    }
    for (; c != EOF; c = take_within(in, how)) {
      int last = text->length > 0 ? tolower((unsigned char)text->at[text->length - 1]) : 0;
      int digit = isdigit(c) || (hex && !exponent && isxdigit(c));
      int exponent_sign = exponent && (c == '-' || c == '+') && last == (hex ? 'p' : 'e');
      int exponent_letter = digits && !exponent && tolower(c) == (hex ? 'p' : 'e');
      if (!digit && !exponent_sign && !exponent_letter && (c != '.' || point)) break;
      digits |= digit;
      exponent |= exponent_letter;
      point |= exponent_letter || c == '.';
      add(text, c);
    }
    ok = text->length > sign && !(hex && text->length == sign + 2);
  }
  give_back(in, c);
  return ok;
}

static enum outcome scan_real(struct input *in, struct conversion *how, struct text *text) {
  if (!collect_real(in, how, text)) return MISMATCH;
  char *end;
  if (how->length == LONG_DOUBLE) {
    long double value = strtold(text->at, &end);
    if (end == text->at) return MISMATCH;
    if (!how->suppress) *va_arg(in->arguments->list, long double *) = value;
  } else if (how->length == LONG) {
    double value = strtod(text->at, &end);
    if (end == text->at) return MISMATCH;
    if (!how->suppress) *va_arg(in->arguments->list, double *) = value;
  } else {
    float value = strtof(text->at, &end);
    if (end == text->at) return MISMATCH;
    if (!how->suppress) *va_arg(in->arguments->list, float *) = value;
  }
  if (!how->suppress) in->assigned++;
  return MATCHED;
}

/* Where the characters of %c, %s and %[ go: nowhere, the program's array, or a growing block (%m). */
struct target {
  char *to, **block;
  size_t length, space;
};

static int put(struct target *target, const struct conversion *how, int c) {
  if (how->suppress) return 0;
  if (how->length == LONG) {
    ((wchar_t *)target->to)[target->length++] = c;
    return 0;
  }
  if (how->allocate && target->length + 1 >= target->space) {
    char *bigger = realloc(target->to, 2 * target->space);
    if (bigger == NULL) return -1;
    *target->block = target->to = bigger;
    target->space *= 2;
  }
  target->to[target->length++] = (char)c;
  return 0;
}

static int begin_target(struct input *in, struct target *target, const struct conversion *how) {
  if (how->suppress) return 0;
  if (!how->allocate) {
    target->to = va_arg(in->arguments->list, char *);
    return 0;
  }
  target->block = va_arg(in->arguments->list, char **);
  target->space = ALLOCATED_BYTES;
  *target->block = target->to = malloc(target->space);
  return target->to == NULL ? -1 : 0;
}

static void end_target(struct input *in, struct target *target, const struct conversion *how) {
  if (how->suppress) return;
  if (how->letter != 'c') put(target, how, 0);
  if (how->allocate && target->length < target->space) {
    char *smaller = realloc(target->to, target->length);
    if (smaller != NULL) *target->block = smaller;
  }
  in->assigned++;
}

/* Membership table of a %[ set; the address behind its ']'. */
static const char *parse_set(const char *at, char set[256]) {
  int negated = *at == '^';
  if (negated) at++;
  memset(set, negated, 256);
  const char *first = at;
  for (; *at != 0 && (*at != ']' || at == first); at++) {
    unsigned char low = (unsigned char)*at, high = low;
    if (at[1] == '-' && at[2] != ']' && at[2] != 0 && (unsigned char)at[2] >= low) {
      high = (unsigned char)at[2];
      at += 2;
    }
    for (int c = low; c <= high; c++) set[c] = (char)!negated;
  }
  return *at == 0 ? at : at + 1;
}

static enum outcome scan_characters(struct input *in, struct conversion *how, const char *set) {
  struct target target = {0};
  int c = take_within(in, how);
  if (c == EOF) return END;
  int matches = how->letter == 'c' || (set != NULL ? set[c] : !isspace(c));
  if (!matches) {
    give_back(in, c);
    return MISMATCH;
  }
  if (begin_target(in, &target, how) < 0) return END;
  for (; c != EOF; c = take_within(in, how)) {
    if (how->letter != 'c' && (set != NULL ? !set[c] : isspace(c))) break;
    if (put(&target, how, c) < 0) return END;
  }
  give_back(in, c);
  end_target(in, &target, how);
  return MATCHED;
}

static const char *parse_conversion(const char *at, struct conversion *how) {
  *how = (struct conversion){.width = -1};
  for (;; at++) {
    if (*at == '*') how->suppress = 1;
    else if (*at == 'm') how->allocate = 1;
    else if (*at != '\'' && *at != 'I') break;
  }
  if (isdigit((unsigned char)*at)) {
    for (how->width = 0; isdigit((unsigned char)*at); at++) how->width = how->width < 100000000 ? how->width * 10 + (*at - '0') : how->width;
    if (how->width == 0) how->width = -1;
  }
  if (*at == 'm') {
    how->allocate = 1;
    at++;
  }
  switch (*at) {
    case 'h':
      how->length = at[1] == 'h' ? CHAR : SHORT;
      at += how->length == CHAR ? 2 : 1;
      break;
    case 'l':
      how->length = at[1] == 'l' ? LONG_DOUBLE : LONG;
      at += how->length == LONG_DOUBLE ? 2 : 1;
      break;
    case 'j': case 'z': case 't': how->length = LONG; at++; break;
    case 'q': case 'L': how->length = LONG_DOUBLE; at++; break;
  }
  how->letter = *at;
  return *at == 0 ? at : at + 1;
}

static enum outcome scan_number(struct input *in, struct conversion *how) {
  struct text text = {.length = 0, .space = TEXT_BYTES};
  text.at = text.here;
  text.here[0] = 0;
  int c = take(in);
  if (c == EOF) return END;
  give_back(in, c);
  int real = strchr("aAeEfFgG", how->letter) != NULL;
  enum outcome outcome = real ? scan_real(in, how, &text) : scan_integer(in, how, &text);
  if (text.at != text.here) free(text.at);
  return outcome;
}

/* One conversion; *at moves behind it. */
static enum outcome convert(struct input *in, const char **at) {
  struct conversion how;
  char set[256];
  *at = parse_conversion(*at, &how);
  switch (how.letter) {
    case 'd': case 'i': case 'o': case 'u': case 'x': case 'X': case 'p':
    case 'a': case 'A': case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
      skip_space(in);
      return scan_number(in, &how);
    case 's':
      skip_space(in);
      return scan_characters(in, &how, NULL);
    case 'c':
      if (how.width < 0) how.width = 1;
      return scan_characters(in, &how, NULL);
    case '[':
      *at = parse_set(*at, set);
      return scan_characters(in, &how, set);
    case 'n':
      if (!how.suppress) store_integer(in, &how, in->taken);
      return MATCHED;
    case '%': {
      skip_space(in);
      int c = take(in);
      if (c == '%') return MATCHED;
      give_back(in, c);
      return c == EOF ? END : MISMATCH;
    }
    default:
      return MISMATCH;
  }
}

static int scan(FILE *stream, const char *format, struct rest *arguments) {
  struct input in = {.stream = stream, .arguments = arguments};
  const char *at = format;
  while (*at != 0) {
    enum outcome outcome = MATCHED;
    if (isspace((unsigned char)*at)) {
      at++;
      skip_space(&in);
    } else if (*at == '%') {
      at++;
      outcome = convert(&in, &at);
    } else {
      int c = take(&in);
      if (c != (unsigned char)*at++) {
        give_back(&in, c);
        outcome = c == EOF ? END : MISMATCH;
      }
    }
    if (outcome == END && in.assigned == 0) return EOF;
    if (outcome != MATCHED) break;
  }
  return in.assigned;
}

int vfscanf(FILE *restrict stream, const char *restrict format, va_list arguments) {
  struct rest rest;
  va_copy(rest.list, arguments);
  int result = scan(stream, format, &rest);
  va_end(rest.list);
  return result;
}

int vscanf(const char *restrict format, va_list arguments) { return vfscanf(stdin, format, arguments); }

int vsscanf(const char *restrict text, const char *restrict format, va_list arguments) {
  char *start = (char *)text;
  FILE stream = {.flags = STREAM_READABLE | STREAM_STRING, .fd = -1, .buffer = start, .read_ptr = start,
                 .read_end = start + strlen(text)};
  return vfscanf(&stream, format, arguments);
}

int scanf(const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vfscanf(stdin, format, arguments);
  va_end(arguments);
  return result;
}

int fscanf(FILE *restrict stream, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vfscanf(stream, format, arguments);
  va_end(arguments);
  return result;
}

int sscanf(const char *restrict text, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vsscanf(text, format, arguments);
  va_end(arguments);
  return result;
}
