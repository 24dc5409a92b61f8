/* Opening, closing and positioning of streams (C11 7.21.5 and 7.21.9), and operations on files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "intrinsics.h"
#include "stream.h"

/* Flags of the stream and of open for a mode ("r", "w+", "ab", …); -1 with EINVAL when it is none. */
static int parse_mode(const char *mode, unsigned *stream_flags) {
  int flags;
  switch (*mode) {
    case 'r': flags = 0; *stream_flags = STREAM_READABLE; break;
    case 'w': flags = O_CREAT | O_TRUNC; *stream_flags = STREAM_WRITABLE; break;
    case 'a': flags = O_CREAT | O_APPEND; *stream_flags = STREAM_WRITABLE | STREAM_APPEND; break;
    default: errno = EINVAL; return -1;
  }
  for (const char *p = mode + 1; *p != 0 && *p != ','; p++) {
    if (*p == '+') *stream_flags |= STREAM_READABLE | STREAM_WRITABLE;
    else if (*p == 'x') flags |= O_EXCL;
    else if (*p == 'e') flags |= O_CLOEXEC;
  }
  unsigned both = STREAM_READABLE | STREAM_WRITABLE;
  return flags | ((*stream_flags & both) == both ? O_RDWR : (*stream_flags & STREAM_WRITABLE) != 0 ? O_WRONLY : O_RDONLY);
}

static FILE *allocate_file(void) {
  FILE *stream = malloc(FILE_BYTES);
  if (stream != NULL) *stream = (FILE){.flags = STREAM_OWN_FILE, .fd = -1};
  return stream;
}

static FILE *link_file(FILE *stream) {
  stream->next = __pw_streams;
  __pw_streams = stream;
  return stream;
}

FILE *fopen(const char *restrict path, const char *restrict mode) {
  FILE *stream = allocate_file();
  if (stream == NULL) return NULL;
  unsigned stream_flags;
  int flags = parse_mode(mode, &stream_flags);
  long fd = flags < 0 ? -1 : __pw_result(__pw_open(path, flags, 0666));
  if (fd < 0) {
    free(stream);
    return NULL;
  }
  stream->fd = (int)fd;
  stream->flags |= stream_flags;
  if ((stream_flags & STREAM_APPEND) != 0 && (stream_flags & STREAM_READABLE) != 0) __pw_lseek(stream->fd, 0, SEEK_END);
  return link_file(stream);
}

FILE *fdopen(int fd, const char *mode) {
  unsigned stream_flags;
  if (parse_mode(mode, &stream_flags) < 0) return NULL;
  FILE *stream = allocate_file();
  if (stream == NULL) return NULL;
  stream->fd = fd;
  stream->flags |= stream_flags;
  return link_file(stream);
}

FILE *tmpfile(void) {
  static unsigned serial;
  char path[32];
  for (int attempt = 0; attempt < 100; attempt++) {
    snprintf(path, sizeof path, "/tmp/tmpf%06u", serial++);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd >= 0) {
      unlink(path);
      return fdopen(fd, "w+");
    }
    if (errno != EEXIST) return NULL;
  }
  return NULL;
}

static void free_buffer(FILE *stream) {
  if ((stream->flags & STREAM_OWN_BUFFER) != 0) free(stream->buffer);
  stream->flags &= ~(unsigned)STREAM_OWN_BUFFER;
  stream->buffer = stream->buffer_end = stream->read_ptr = stream->read_end = stream->write_ptr = NULL;
}

/* Flushes, closes the file and frees the buffers; the stream itself stays. */
static int close_stream(FILE *stream) {
  int result = __pw_stream_flush(stream);
  if ((stream->flags & STREAM_READING) != 0) __pw_stream_discard(stream);
  if (stream->fd >= 0 && __pw_result(__pw_close(stream->fd)) < 0) result = EOF;
  free_buffer(stream);
  free(stream->retired);
  stream->retired = NULL;
  return result;
}

int fclose(FILE *stream) {
  FILE **link = &__pw_streams;
  while (*link != NULL && *link != stream) link = &(*link)->next;
  if (*link != NULL) *link = stream->next;
  int result = close_stream(stream);
  int own = (stream->flags & STREAM_OWN_FILE) != 0;
  *stream = (FILE){.fd = -1};
  if (own) free(stream);
  return result;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream) {
  unsigned stream_flags;
  int flags = parse_mode(mode, &stream_flags);
  close_stream(stream);
  unsigned kept = stream->flags & STREAM_OWN_FILE;
  FILE *next = stream->next;
  *stream = (FILE){.flags = kept, .fd = -1, .next = next};
  if (flags < 0 || path == NULL) {
    if (path == NULL) errno = EBADF;
    return NULL;
  }
  long fd = __pw_result(__pw_open(path, flags, 0666));
  if (fd < 0) return NULL;
  stream->fd = (int)fd;
  stream->flags = kept | stream_flags;
  return stream;
}

/*
 * Full buffering without a buffer of the program's allocates one at once; line buffering only sets the mode; a program's
 * buffer replaces the stream's (setvbuf(3), glibc 2.36).
 */
int setvbuf(FILE *restrict stream, char *restrict buffer, int mode, size_t size) {
  if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) return EOF;
  __pw_stream_flush(stream);
  stream->flags &= ~(unsigned)(STREAM_UNBUFFERED | STREAM_LINE);
  if (mode == _IONBF) {
    free_buffer(stream);
    stream->flags = (stream->flags | STREAM_UNBUFFERED) & ~(unsigned)STREAM_WRITING;
    return 0;
  }
  if (buffer == NULL) {
    if (mode == _IOFBF) __pw_stream_allocate(stream);
    stream->flags &= ~(unsigned)STREAM_LINE;
    if (mode == _IOLBF) stream->flags |= STREAM_LINE;
    return 0;
  }
  free_buffer(stream);
  if (size == 0) {
    stream->flags |= STREAM_UNBUFFERED;
    return 0;
  }
  stream->buffer = stream->read_ptr = stream->read_end = stream->write_ptr = buffer;
  stream->buffer_end = buffer + size;
  if (mode == _IOLBF) stream->flags |= STREAM_LINE;
  return 0;
}

void setbuffer(FILE *restrict stream, char *restrict buffer, size_t size) {
  setvbuf(stream, buffer, buffer != NULL ? _IOFBF : _IONBF, size);
}

void setbuf(FILE *restrict stream, char *restrict buffer) { setbuffer(stream, buffer, BUFSIZ); }

void setlinebuf(FILE *stream) { setvbuf(stream, NULL, _IOLBF, 0); }

int fseek(FILE *stream, long offset, int whence) {
  if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) {
    errno = EINVAL;
    return -1;
  }
  if (__pw_stream_flush(stream) == EOF) return -1;
  stream->flags &= ~(unsigned)STREAM_WRITING;
  __pw_stream_discard(stream);
  if (__pw_result(__pw_lseek(stream->fd, offset, whence)) < 0) return -1;
  stream->flags &= ~(unsigned)STREAM_EOF;
  return 0;
}

long ftell(FILE *stream) {
  long at = __pw_result(__pw_lseek(stream->fd, 0, (stream->flags & (STREAM_APPEND | STREAM_WRITING)) == (STREAM_APPEND | STREAM_WRITING) ? SEEK_END : SEEK_CUR));
  if (at < 0) return -1;
  if ((stream->flags & STREAM_WRITING) != 0) return at + (stream->write_ptr - stream->buffer);
  if ((stream->flags & STREAM_READING) == 0) return at;
  at -= stream->read_end - stream->read_ptr;
  if (stream->saved_ptr != NULL) at -= stream->saved_end - stream->saved_ptr;
  return at;
}

int fseeko(FILE *stream, off_t offset, int whence) { return fseek(stream, offset, whence); }

off_t ftello(FILE *stream) { return ftell(stream); }

void rewind(FILE *stream) {
  fseek(stream, 0, SEEK_SET);
  stream->flags &= ~(unsigned)(STREAM_ERROR | STREAM_EOF);
}

int fgetpos(FILE *restrict stream, fpos_t *restrict position) {
  long at = ftell(stream);
  if (at < 0) return -1;
  position->__position = at;
  return 0;
}

int fsetpos(FILE *stream, const fpos_t *position) { return fseek(stream, position->__position, SEEK_SET); }

void clearerr(FILE *stream) { stream->flags &= ~(unsigned)(STREAM_ERROR | STREAM_EOF); }

int feof(FILE *stream) { return (stream->flags & STREAM_EOF) != 0; }

int ferror(FILE *stream) { return (stream->flags & STREAM_ERROR) != 0; }

int fileno(FILE *stream) {
  if (stream->fd >= 0) return stream->fd;
  errno = EBADF;
  return -1;
}

int remove(const char *path) { return (int)__pw_result(__pw_unlink(path)); }

int rename(const char *from, const char *to) { return (int)__pw_result(__pw_rename(from, to)); }
