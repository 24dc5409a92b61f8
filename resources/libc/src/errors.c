/* errno, and the texts of error numbers and signals. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int current_errno;

int *__errno_location(void) { return &current_errno; }

const char *strerrordesc_np(int code) {
  switch (code) {
    case 0: return "Success";
#define PW_ERROR(name, text) case name: return text;
#include "error-texts.h"
#undef PW_ERROR
    default: return NULL;
  }
}

static char unknown_error[32];

char *strerror(int code) {
  const char *text = strerrordesc_np(code);
  if (text != NULL) return (char *)text;
  snprintf(unknown_error, sizeof unknown_error, "Unknown error %d", code);
  return unknown_error;
}

/* GNU's form: the text may stand elsewhere than in `buffer`. */
char *strerror_r(int code, char *buffer, size_t size) {
  const char *text = strerrordesc_np(code);
  if (text != NULL) return (char *)text;
  snprintf(buffer, size, "Unknown error %d", code);
  return buffer;
}

/* POSIX's form, under the name that <string.h> gives it. */
int __xpg_strerror_r(int code, char *buffer, size_t size) {
  const char *text = strerrordesc_np(code);
  int length = text != NULL ? snprintf(buffer, size, "%s", text) : snprintf(buffer, size, "Unknown error %d", code);
  if (text == NULL) return EINVAL;
  return (size_t)length < size ? 0 : ERANGE;
}

char *strsignal(int signal) {
  switch (signal) {
#define PW_SIGNAL(number, text) case number: return (char *)text;
#include "signal-texts.h"
#undef PW_SIGNAL
  }
  snprintf(unknown_error, sizeof unknown_error, "Unknown signal %d", signal);
  return unknown_error;
}

void perror(const char *prefix) {
  int code = errno;
  if (prefix != NULL && *prefix != 0) fprintf(stderr, "%s: %s\n", prefix, strerror(code));
  else fprintf(stderr, "%s\n", strerror(code));
}

void psignal(int signal, const char *prefix) {
  if (prefix != NULL && *prefix != 0) fprintf(stderr, "%s: %s\n", prefix, strsignal(signal));
  else fprintf(stderr, "%s\n", strsignal(signal));
}
