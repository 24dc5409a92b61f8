/*
 * Beginning and end of a program: __pw_start, exit and its handlers, the environment of the C library.
 *
 * exit runs the handlers of atexit from the newest to the oldest, flushes the streams and ends the process (C11
 * 7.22.4.4). The first blocks of handlers are static; further ones are allocated 32 at a time, as glibc does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "intrinsics.h"
#include "stream.h"

#define HANDLERS_PER_BLOCK 32
/* glibc keeps one of its first 32 places for itself. */
#define FIRST_HANDLERS 31
/* Bytes of one of glibc's blocks of handlers: 32 entries of 32 bytes, a link and a count. */
#define BLOCK_BYTES 1040

struct handlers {
  struct handlers *older;
  size_t count;
  void (*run[HANDLERS_PER_BLOCK])(void);
};

char **environ;
char *program_invocation_name;
char *program_invocation_short_name;

static struct handlers first_exit_handlers;
static struct handlers *exit_handlers = &first_exit_handlers;
static void (*quick_handlers[HANDLERS_PER_BLOCK])(void);
static size_t quick_handler_count;

int atexit(void (*handler)(void)) {
  size_t places = exit_handlers == &first_exit_handlers ? FIRST_HANDLERS : HANDLERS_PER_BLOCK;
  if (exit_handlers->count == places) {
    struct handlers *block = calloc(1, BLOCK_BYTES);
    if (block == NULL) return -1;
    block->older = exit_handlers;
    exit_handlers = block;
  }
  exit_handlers->run[exit_handlers->count++] = handler;
  return 0;
}

int at_quick_exit(void (*handler)(void)) {
  if (quick_handler_count == HANDLERS_PER_BLOCK) return -1;
  quick_handlers[quick_handler_count++] = handler;
  return 0;
}

void _exit(int status) { __pw_exit(status); }

void _Exit(int status) { __pw_exit(status); }

void exit(int status) {
  for (;;) {
    while (exit_handlers->count > 0) exit_handlers->run[--exit_handlers->count]();
    struct handlers *done = exit_handlers;
    if (done->older == NULL) break;
    exit_handlers = done->older;
    free(done);
  }
  __pw_streams_cleanup();
  __pw_exit(status);
}

void quick_exit(int status) {
  while (quick_handler_count > 0) quick_handlers[--quick_handler_count]();
  __pw_exit(status);
}

void abort(void) { __pw_abort(); }

/* Where the machine starts a program: never returns. */
_Noreturn void __pw_start(int (*main)(int, char **, char **), int argc, char **argv, char **envp) {
  environ = envp;
  if (argc > 0 && argv[0] != NULL) {
    program_invocation_name = argv[0];
    char *slash = strrchr(argv[0], '/');
    program_invocation_short_name = slash != NULL ? slash + 1 : argv[0];
  }
  exit(main(argc, argv, envp));
}

void __pw_free_stream_buffers(void);
void __pw_free_environment(void);

/*
 * Called by the machine after the program's end, before the leak check: frees what the library itself still holds
 * (Memcheck's --run-libc-freeres). As glibc's, it flushes the streams first, so that output which a program gave up by
 * _exit appears under the checker.
 */
void __pw_freeres(void) {
  __pw_streams_cleanup();
  __pw_free_stream_buffers();
  __pw_free_environment();
}
