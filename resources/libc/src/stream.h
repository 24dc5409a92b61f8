/*
 * Streams inside the library: the layout of FILE and what the files of stdio share.
 *
 * A stream has one buffer, in one of three states:
 *
 *     idle ──begin_read──▶ reading: [read_ptr, read_end) is what the program has not taken yet
 *       └──begin_write──▶ writing: [buffer, write_ptr) is what the system has not taken yet
 *     flush / seek lead back to idle.
 *
 * Buffers come from malloc at the first I/O, with glibc 2.36's sizes, because programs' heap totals count them.
 */
#ifndef PW_STREAM_H
#define PW_STREAM_H

#include <stdio.h>

enum {
  STREAM_READABLE = 1,
  STREAM_WRITABLE = 2,
  STREAM_APPEND = 4,
  STREAM_EOF = 8,
  STREAM_ERROR = 16,
  STREAM_LINE = 32,          /* line buffered */
  STREAM_UNBUFFERED = 64,
  STREAM_OWN_BUFFER = 128,   /* `buffer` came from malloc */
  STREAM_OWN_FILE = 256,     /* the FILE came from malloc */
  STREAM_READING = 512,
  STREAM_WRITING = 1024,
  STREAM_STRING = 2048       /* input of sscanf: no file behind it */
};

struct _IO_FILE {
  unsigned flags;
  int fd;
  char *buffer, *buffer_end;
  char *read_ptr, *read_end;
  char *write_ptr;
  /*
   * Characters pushed back that differ from what was read: a block of PUSHBACK_BYTES, used from its end. While it is
   * being read, [read_ptr, read_end) lies in it and [saved_ptr, saved_end) keeps the main buffer's range.
   */
  char *pushback;
  char *saved_ptr, *saved_end;
  /* A buffer that exit took off the stream; __pw_freeres frees it. */
  char *retired;
  struct _IO_FILE *next;
  char one[1];
};

#define PUSHBACK_BYTES 128

/* Bytes that fopen allocates for a stream in glibc 2.36. */
#define FILE_BYTES 472

/* All open streams, newest first. */
extern FILE *__pw_streams;

/* Gives the stream its buffer, if it has none yet. */
void __pw_stream_allocate(FILE *stream);
/* Makes the stream ready to write; 0, or EOF with errno. */
int __pw_stream_begin_write(FILE *stream);
/* Writes what the buffer holds; 0, or EOF with errno. */
int __pw_stream_flush(FILE *stream);
/* Appends n bytes; the number that was taken. */
size_t __pw_stream_write(FILE *stream, const char *from, size_t n);
/* Copies a short piece in a loop, a longer one as a block; the end. */
char *__pw_append(char *to, const char *from, size_t n);
/* Fills the empty read buffer; the number of bytes there now, 0 at end of file or error. */
size_t __pw_stream_fill(FILE *stream);
/* Takes a character when the buffer is empty: fills it first. */
int __pw_stream_underflow(FILE *stream);
/* Forgets what was read ahead and pushed back, moving the file position back by it. */
void __pw_stream_discard(FILE *stream);
/* At exit: flushes every stream and takes its buffer away. */
void __pw_streams_cleanup(void);
/* Result of a system call as POSIX gives it: -errno becomes -1 and errno. */
long __pw_result(long result);

static inline int __pw_get(FILE *stream) {
  return stream->read_ptr < stream->read_end ? (unsigned char)*stream->read_ptr++ : __pw_stream_underflow(stream);
}

#endif
