/* The printf family (C11 7.21.6, POSIX, GNU): each function is a frame around __pw_format_all with its own destination. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "format.h"

/* Bytes collected for an unbuffered stream, so that one call makes one write. */
#define COLLECT_BYTES 1024
/* What asprintf allocates first. */
#define FIRST_BLOCK_BYTES 100

/* Formats for an unbuffered stream through a buffer of this frame. */
static int format_unbuffered(FILE *stream, const char *format, va_list arguments) {
  if (__pw_stream_begin_write(stream) == EOF) return -1;
  char collected[COLLECT_BYTES];
  FILE helper = {.flags = STREAM_WRITABLE | STREAM_WRITING, .fd = stream->fd, .buffer = collected,
                 .buffer_end = collected + sizeof collected, .write_ptr = collected};
  struct output out = {.stream = &helper};
  int result;
  FORMAT_TO(result, &out, format, arguments);
  if (__pw_stream_flush(&helper) == EOF) result = -1;
  stream->flags |= helper.flags & STREAM_ERROR;
  return result;
}

static int print_unbuffered(FILE *stream, const char *format, va_list arguments) {
  return format_unbuffered(stream, format, arguments);
}

/* A macro, so that stacks are as deep as in glibc: printf, __pw_format_all, strlen. */
#define PRINT(result, destination, format, arguments)                                              \
  do {                                                                                             \
    FILE *target = (destination);                                                                  \
    if ((target->flags & STREAM_UNBUFFERED) != 0 || (target->flags & STREAM_WRITABLE) == 0) {      \
      (result) = print_unbuffered(target, format, arguments);                                      \
    } else {                                                                                       \
      struct output out = {.stream = target};                                                      \
      FORMAT_TO(result, &out, format, arguments);                                                  \
    }                                                                                              \
  } while (0)

int vfprintf(FILE *restrict stream, const char *restrict format, va_list arguments) {
  int result;
  PRINT(result, stream, format, arguments);
  return result;
}

int vprintf(const char *restrict format, va_list arguments) {
  int result;
  PRINT(result, stdout, format, arguments);
  return result;
}

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list arguments) {
  struct output out = {.to = to, .space = size > 0 ? size - 1 : 0};
  if (size > 0) *to = 0;
  int result;
  FORMAT_TO(result, &out, format, arguments);
  if (size > 0) *out.to = 0;
  return result;
}

int vsprintf(char *restrict to, const char *restrict format, va_list arguments) {
  struct output out = {.to = to, .space = SIZE_MAX};
  int result;
  FORMAT_TO(result, &out, format, arguments);
  *out.to = 0;
  return result;
}

int vdprintf(int fd, const char *restrict format, va_list arguments) {
  FILE stream = {.flags = STREAM_WRITABLE | STREAM_UNBUFFERED, .fd = fd};
  return format_unbuffered(&stream, format, arguments);
}

/* A block of 100 bytes that grows, cut to length + 1 at the end: glibc's allocations. */
int vasprintf(char **restrict to, const char *restrict format, va_list arguments) {
  struct output out = {.space = FIRST_BLOCK_BYTES};
  out.to = out.block = malloc(FIRST_BLOCK_BYTES);
  if (out.block == NULL) return -1;
  int length;
  FORMAT_TO(length, &out, format, arguments);
  char *text = length < 0 ? NULL : realloc(out.block, (size_t)length + 1);
  if (text == NULL) {
    free(out.block);
    return -1;
  }
  text[length] = 0;
  *to = text;
  return length;
}

int printf(const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result;
  PRINT(result, stdout, format, arguments);
  va_end(arguments);
  return result;
}

int fprintf(FILE *restrict stream, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result;
  PRINT(result, stream, format, arguments);
  va_end(arguments);
  return result;
}

int sprintf(char *restrict to, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vsprintf(to, format, arguments);
  va_end(arguments);
  return result;
}

int snprintf(char *restrict to, size_t size, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vsnprintf(to, size, format, arguments);
  va_end(arguments);
  return result;
}

int dprintf(int fd, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vdprintf(fd, format, arguments);
  va_end(arguments);
  return result;
}

int asprintf(char **restrict to, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vasprintf(to, format, arguments);
  va_end(arguments);
  return result;
}
