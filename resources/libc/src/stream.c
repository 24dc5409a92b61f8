/*
 * Streams: buffers, filling, flushing, exit. See stream.h for the states; the rules of when bytes leave the buffer are
 * glibc 2.36's as its behaviour shows (setvbuf(3), stdio(3)): line buffered on a terminal, else when the buffer is full.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "inline.h"
#include "intrinsics.h"
#include "stream.h"

static FILE stdin_file = {.flags = STREAM_READABLE, .fd = 0};
static FILE stdout_file = {.flags = STREAM_WRITABLE, .fd = 1, .next = &stdin_file};
static FILE stderr_file = {.flags = STREAM_WRITABLE | STREAM_UNBUFFERED, .fd = 2, .next = &stdout_file};
FILE *(stdin) = &stdin_file;
FILE *(stdout) = &stdout_file;
FILE *(stderr) = &stderr_file;
FILE *__pw_streams = &stderr_file;

#define TERMINAL_BUFFER_BYTES 1024
#define FILE_BUFFER_BYTES 4096

long __pw_result(long result) {
  if (result >= 0) return result;
  errno = (int)-result;
  return -1;
}

void __pw_stream_allocate(FILE *stream) {
  if (stream->buffer != NULL) return;
  size_t size = FILE_BUFFER_BYTES;
  if ((stream->flags & STREAM_UNBUFFERED) == 0) {
    if (__pw_isatty(stream->fd) == 1) {
      stream->flags |= STREAM_LINE;
      size = TERMINAL_BUFFER_BYTES;
    }
    stream->buffer = malloc(size);
    if (stream->buffer != NULL) stream->flags |= STREAM_OWN_BUFFER;
  }
  if (stream->buffer == NULL) {
    stream->buffer = stream->one;
    size = 1;
  }
  stream->buffer_end = stream->buffer + size;
  stream->read_ptr = stream->read_end = stream->write_ptr = stream->buffer;
}

/* Writes n bytes, going on after short writes; the number written. */
static size_t write_all(FILE *stream, const char *from, size_t n) {
  size_t done = 0;
  while (done < n) {
    long written = __pw_result(__pw_write(stream->fd, from + done, n - done));
    if (written <= 0) {
      stream->flags |= STREAM_ERROR;
      break;
    }
    done += (size_t)written;
  }
  return done;
}

int __pw_stream_flush(FILE *stream) {
  if ((stream->flags & STREAM_WRITING) == 0) return 0;
  size_t n = (size_t)(stream->write_ptr - stream->buffer);
  size_t done = n > 0 ? write_all(stream, stream->buffer, n) : 0;
  stream->write_ptr = stream->buffer;
  return done == n ? 0 : EOF;
}

static void leave_pushback(FILE *stream) {
  if (stream->saved_ptr == NULL) return;
  stream->read_ptr = stream->saved_ptr;
  stream->read_end = stream->saved_end;
  stream->saved_ptr = NULL;
}

static void free_pushback(FILE *stream) {
  leave_pushback(stream);
  free(stream->pushback);
  stream->pushback = NULL;
}

void __pw_stream_discard(FILE *stream) {
  if ((stream->flags & STREAM_READING) == 0) return;
  if (stream->pushback != NULL) free_pushback(stream);
  long ahead = stream->read_end - stream->read_ptr;
  if (ahead > 0) __pw_lseek(stream->fd, -ahead, SEEK_CUR);
  stream->read_ptr = stream->read_end = stream->buffer;
  stream->flags &= ~(unsigned)STREAM_READING;
}

int __pw_stream_begin_write(FILE *stream) {
  if ((stream->flags & STREAM_WRITABLE) == 0) {
    errno = EBADF;
    stream->flags |= STREAM_ERROR;
    return EOF;
  }
  __pw_stream_discard(stream);
  __pw_stream_allocate(stream);
  stream->read_ptr = stream->read_end = stream->buffer;
  stream->write_ptr = stream->buffer;
  stream->flags |= STREAM_WRITING;
  return 0;
}

char *__pw_append(char *to, const char *from, size_t n) {
  if (n > 20) return mempcpy(to, from, n);
  copy_bytes(to, from, n);
  return to + n;
}

/* Length of the part up to and with the last newline. */
ALWAYS_INLINE size_t whole_lines(const char *from, size_t n) {
  while (n > 0 && from[n - 1] != '\n') n--;
  return n;
}

/*
 * First what fits in the buffer (line buffered: up to the last newline); then the buffer goes out when it is full or a
 * newline asks for it, whole buffers go out straight from the caller's memory, and the rest is put into the buffer.
 */
size_t __pw_stream_write(FILE *stream, const char *from, size_t n) {
  size_t fit = 0, must_flush = 0;
  if (n == 0) return 0;
  if ((stream->flags & (STREAM_WRITING | STREAM_UNBUFFERED)) == STREAM_WRITING) {
    fit = (size_t)(stream->buffer_end - stream->write_ptr);
    if (n <= fit) {
      fit = n;
      if ((stream->flags & STREAM_LINE) != 0 && (must_flush = whole_lines(from, n)) > 0) fit = must_flush;
    }
    if (fit > 0) stream->write_ptr = mempcpy(stream->write_ptr, from, fit);
  } else if (__pw_stream_begin_write(stream) == EOF) {
    return 0;
  }
  size_t rest = n - fit;
  if (rest == 0 && must_flush == 0) return n;
  if (__pw_stream_flush(stream) == EOF) return fit;
  size_t size = (size_t)(stream->buffer_end - stream->buffer);
  size_t direct = rest - (size >= 128 ? rest % size : 0);
  if (direct > 0) {
    size_t done = write_all(stream, from + fit, direct);
    if (done < direct) return fit + done;
  }
  from += fit + direct;
  rest -= direct;
  if ((stream->flags & STREAM_LINE) != 0) {
    size_t lines = whole_lines(from, rest);
    stream->write_ptr = __pw_append(stream->write_ptr, from, lines);
    if (__pw_stream_flush(stream) == EOF) return n - rest;
    from += lines;
    rest -= lines;
  }
  stream->write_ptr = __pw_append(stream->write_ptr, from, rest);
  return n;
}

size_t __pw_stream_fill(FILE *stream) {
  if ((stream->flags & STREAM_STRING) != 0) return 0;
  if ((stream->flags & STREAM_READABLE) == 0) {
    errno = EBADF;
    stream->flags |= STREAM_ERROR;
    return 0;
  }
  if ((stream->flags & STREAM_WRITING) != 0) {
    __pw_stream_flush(stream);
    stream->flags &= ~(unsigned)STREAM_WRITING;
  }
  if (stream->pushback != NULL) free_pushback(stream);
  __pw_stream_allocate(stream);
  stream->flags |= STREAM_READING;
  /* A prompt without a newline is shown before the program waits for its answer. */
  if ((stream->flags & (STREAM_LINE | STREAM_UNBUFFERED)) != 0 && (stdout->flags & STREAM_LINE) != 0) __pw_stream_flush(stdout);
  long n = __pw_result(__pw_read(stream->fd, stream->buffer, (size_t)(stream->buffer_end - stream->buffer)));
  stream->read_ptr = stream->read_end = stream->buffer;
  if (n <= 0) {
    stream->flags |= n == 0 ? STREAM_EOF : STREAM_ERROR;
    return 0;
  }
  stream->read_end += n;
  return (size_t)n;
}

int __pw_stream_underflow(FILE *stream) {
  leave_pushback(stream);
  if (stream->read_ptr == stream->read_end && __pw_stream_fill(stream) == 0) return EOF;
  return (unsigned char)*stream->read_ptr++;
}

/*
 * Gives back one character. One that equals the character read last just moves the pointer; any other goes to a block
 * of its own (glibc allocates 128 bytes for it, and so do we).
 */
int ungetc(int c, FILE *stream) {
  if (c == EOF) return EOF;
  if ((stream->flags & STREAM_STRING) == 0) {
    if ((stream->flags & STREAM_WRITING) != 0) {
      __pw_stream_flush(stream);
      stream->flags &= ~(unsigned)STREAM_WRITING;
    }
    __pw_stream_allocate(stream);
    stream->flags |= STREAM_READING;
  }
  stream->flags &= ~(unsigned)STREAM_EOF;
  if (stream->saved_ptr == NULL) {
    if (stream->read_ptr > stream->buffer && (unsigned char)stream->read_ptr[-1] == (unsigned char)c) {
      stream->read_ptr--;
      return (unsigned char)c;
    }
    if (stream->pushback == NULL && (stream->pushback = malloc(PUSHBACK_BYTES)) == NULL) return EOF;
    stream->saved_ptr = stream->read_ptr;
    stream->saved_end = stream->read_end;
    stream->read_ptr = stream->read_end = stream->pushback + PUSHBACK_BYTES;
  }
  if (stream->read_ptr == stream->pushback) return EOF;
  *--stream->read_ptr = (char)c;
  return (unsigned char)c;
}

/* Flushes every stream that is being written, or one. */
int fflush(FILE *stream) {
  if (stream != NULL) {
    if ((stream->flags & STREAM_READING) != 0) __pw_stream_discard(stream);
    return __pw_stream_flush(stream);
  }
  int result = 0;
  for (FILE *each = __pw_streams; each != NULL; each = each->next) result |= __pw_stream_flush(each);
  return result;
}

void __pw_streams_cleanup(void) {
  for (FILE *each = __pw_streams; each != NULL; each = each->next) {
    __pw_stream_flush(each);
    if (each->buffer == NULL || (each->flags & STREAM_UNBUFFERED) != 0) continue;
    if (each->saved_ptr == NULL && (each->flags & STREAM_READING) != 0 && each->read_ptr < each->read_end) {
      __pw_lseek(each->fd, each->read_ptr - each->read_end, SEEK_CUR);
    }
    if ((each->flags & STREAM_OWN_BUFFER) != 0) each->retired = each->buffer;
    each->flags &= ~(unsigned)(STREAM_OWN_BUFFER | STREAM_LINE | STREAM_WRITING | STREAM_READING);
    each->flags |= STREAM_UNBUFFERED;
    each->buffer = NULL;
  }
}

/* Frees the buffers that the cleanup took away. */
void __pw_free_stream_buffers(void) {
  for (FILE *each = __pw_streams; each != NULL; each = each->next) {
    free(each->retired);
    each->retired = NULL;
  }
}
