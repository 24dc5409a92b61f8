/* assert (C11 7.2): the message of glibc, then abort. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "intrinsics.h"

void __assert_fail(const char *expression, const char *file, unsigned line, const char *function) {
  __pw_assert_record(expression, file, (int)line, function);
  char *message;
  if (asprintf(&message, "%s%s%s:%u: %s%sAssertion `%s' failed.\n", program_invocation_short_name,
               program_invocation_short_name[0] != 0 ? ": " : "", file, line, function != NULL ? function : "",
               function != NULL ? ": " : "", expression) >= 0) {
    fputs(message, stderr);
    fflush(stderr);
    free(message);
  }
  abort();
}
