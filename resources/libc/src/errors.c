/* errno, and the texts of error numbers and signals. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int current_errno;

int *__errno_location(void) { return &current_errno; }

static const char *const error_texts[] = {
    [0] = "Success",
#define PW_ERROR(name, text) [name] = text,
#include "error-texts.h"
#undef PW_ERROR
};

const char *strerrordesc_np(int code) {
  return code >= 0 && code < (int)(sizeof error_texts / sizeof *error_texts) ? error_texts[code] : NULL;
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

static const char *const signal_texts[] = {
#define PW_SIGNAL(number, text) [number] = text,
#include "signal-texts.h"
#undef PW_SIGNAL
};

char *strsignal(int signal) {
  if (signal > 0 && signal < (int)(sizeof signal_texts / sizeof *signal_texts)) return (char *)signal_texts[signal];
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
