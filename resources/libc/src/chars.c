/* Characters, lines and blocks on streams (C11 7.21.7 and 7.21.8, getline(3)). */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include "intrinsics.h"
#include "stream.h"

/* What getline allocates first. */
#define LINE_BYTES 120

/* Puts a character when the buffer is full, absent, or must go out at a newline. */
static int overflow(FILE *stream, int c) {
  char byte = (char)c;
  return __pw_stream_write(stream, &byte, 1) == 1 ? (unsigned char)c : EOF;
}

int fputc(int c, FILE *stream) {
  if ((stream->flags & (STREAM_WRITING | STREAM_LINE | STREAM_UNBUFFERED)) == STREAM_WRITING &&
      stream->write_ptr < stream->buffer_end) {
    *stream->write_ptr++ = (char)c;
    return (unsigned char)c;
  }
  return overflow(stream, c);
}

int putc(int c, FILE *stream) { return fputc(c, stream); }

int putchar(int c) { return fputc(c, stdout); }

int fputs(const char *restrict s, FILE *restrict stream) {
  size_t n = strlen(s);
  return __pw_stream_write(stream, s, n) == n ? 1 : EOF;
}

int puts(const char *s) {
  size_t n = strlen(s);
  if (__pw_stream_write(stdout, s, n) != n || fputc('\n', stdout) == EOF) return EOF;
  return n + 1 > 0x7fffffff ? 0x7fffffff : (int)(n + 1);
}

int fgetc(FILE *stream) { return __pw_get(stream); }

int getc(FILE *stream) { return __pw_get(stream); }

int getchar(void) { return __pw_get(stdin); }

/* Characters in the buffer, which is filled when it is empty; 0 at end of file or error. */
static size_t available(FILE *stream) {
  if (stream->read_ptr == stream->read_end) {
    if (__pw_stream_underflow(stream) == EOF) return 0;
    stream->read_ptr--;
  }
  return (size_t)(stream->read_end - stream->read_ptr);
}

char *fgets(char *restrict to, int size, FILE *restrict stream) {
  if (size <= 0) return NULL;
  if (size == 1) {
    *to = 0;
    return to;
  }
  size_t space = (size_t)size - 1, taken = 0;
  unsigned error_before = stream->flags & STREAM_ERROR;
  stream->flags &= ~(unsigned)STREAM_ERROR;
  while (taken < space) {
    size_t n = available(stream);
    if (n == 0) break;
    if (n > space - taken) n = space - taken;
    char *newline = memchr(stream->read_ptr, '\n', n);
    if (newline != NULL) n = (size_t)(newline - stream->read_ptr) + 1;
    memcpy(to + taken, stream->read_ptr, n);
    stream->read_ptr += n;
    taken += n;
    if (newline != NULL) break;
  }
  int failed = (stream->flags & STREAM_ERROR) != 0 && errno != EAGAIN;
  stream->flags |= error_before;
  if (taken == 0 || failed) return NULL;
  to[taken] = 0;
  return to;
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream) {
  if (line == NULL || size == NULL) {
    errno = EINVAL;
    return -1;
  }
  if (*line == NULL || *size == 0) {
    char *block = realloc(*line, LINE_BYTES);
    if (block == NULL) return -1;
    *line = block;
    *size = LINE_BYTES;
  }
  size_t length = 0;
  for (;;) {
    size_t n = available(stream);
    if (n == 0) break;
    char *found = memchr(stream->read_ptr, delimiter, n);
    if (found != NULL) n = (size_t)(found - stream->read_ptr) + 1;
    size_t needed = length + n + 1;
    if (needed > *size) {
      if (needed < 2 * *size) needed = 2 * *size;
      char *block = realloc(*line, needed);
      if (block == NULL) return -1;
      *line = block;
      *size = needed;
    }
    memcpy(*line + length, stream->read_ptr, n);
    stream->read_ptr += n;
    length += n;
    if (found != NULL) break;
  }
  if (length == 0) return -1;
  (*line)[length] = 0;
  return (ssize_t)length;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream) {
  return getdelim(line, size, '\n', stream);
}

/* Whole buffers go straight into the program's memory, the rest through the stream's buffer, as in glibc. */
static size_t read_bytes(FILE *stream, char *to, size_t wanted) {
  size_t done = 0;
  if ((stream->flags & STREAM_STRING) == 0) __pw_stream_allocate(stream);
  while (done < wanted) {
    size_t rest = wanted - done;
    size_t here = (size_t)(stream->read_end - stream->read_ptr);
    size_t size = (size_t)(stream->buffer_end - stream->buffer);
    if (here > 0) {
      if (here > rest) here = rest;
      memcpy(to + done, stream->read_ptr, here);
      stream->read_ptr += here;
      done += here;
    } else if (rest >= size && stream->saved_ptr == NULL && (stream->flags & STREAM_READING) != 0) {
      long n = __pw_result(__pw_read(stream->fd, to + done, size >= 128 ? rest - rest % size : rest));
      if (n <= 0) {
        stream->flags |= n == 0 ? STREAM_EOF : STREAM_ERROR;
        break;
      }
      done += (size_t)n;
    } else if (available(stream) == 0) {
      break;
    }
  }
  return done;
}

size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict stream) {
  size_t bytes;
  if (size == 0 || count == 0) return 0;
  if (__builtin_mul_overflow(size, count, &bytes)) return 0;
  size_t done = read_bytes(stream, to, bytes);
  return done == bytes ? count : done / size;
}

size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict stream) {
  size_t bytes;
  if (size == 0 || count == 0) return 0;
  if (__builtin_mul_overflow(size, count, &bytes)) return 0;
  size_t done = __pw_stream_write(stream, from, bytes);
  return done == bytes ? count : done / size;
}

/* There is one thread: locking does nothing. */
int getc_unlocked(FILE *stream) { return __pw_get(stream); }
int getchar_unlocked(void) { return __pw_get(stdin); }
int fgetc_unlocked(FILE *stream) { return __pw_get(stream); }
int putc_unlocked(int c, FILE *stream) { return fputc(c, stream); }
int putchar_unlocked(int c) { return fputc(c, stdout); }
int fputc_unlocked(int c, FILE *stream) { return fputc(c, stream); }
char *fgets_unlocked(char *restrict to, int size, FILE *restrict stream) { return fgets(to, size, stream); }
int fputs_unlocked(const char *restrict s, FILE *restrict stream) { return fputs(s, stream); }
size_t fread_unlocked(void *restrict to, size_t size, size_t count, FILE *restrict stream) { return fread(to, size, count, stream); }
size_t fwrite_unlocked(const void *restrict from, size_t size, size_t count, FILE *restrict stream) { return fwrite(from, size, count, stream); }
int fflush_unlocked(FILE *stream) { return fflush(stream); }
int feof_unlocked(FILE *stream) { return feof(stream); }
int ferror_unlocked(FILE *stream) { return ferror(stream); }
void flockfile(FILE *stream) { (void)stream; }
void funlockfile(FILE *stream) { (void)stream; }
