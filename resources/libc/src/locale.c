/* The "C" locale, which is the only one (C11 7.11), and multibyte characters in it (7.22.7): one byte each. */
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

char *setlocale(int category, const char *name) {
  if (category < LC_CTYPE || category > LC_ALL) return NULL;
  if (name != NULL && *name != 0 && strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0) return NULL;
  return "C";
}

struct lconv *localeconv(void) {
  static struct lconv c_locale = {
      ".", "", "", "", "", "", "", "", "", "",
      CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
      CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX};
  return &c_locale;
}

int mbtowc(wchar_t *restrict to, const char *restrict text, size_t n) {
  if (text == NULL) return 0;
  if (n == 0) return -1;
  if ((unsigned char)*text > 127) {
    errno = EILSEQ;
    return -1;
  }
  if (to != NULL) *to = *text;
  return *text != 0;
}

int mblen(const char *text, size_t n) { return mbtowc(NULL, text, n); }

int wctomb(char *to, wchar_t c) {
  if (to == NULL) return 0;
  if ((unsigned)c > 127) {
    errno = EILSEQ;
    return -1;
  }
  *to = (char)c;
  return 1;
}

size_t mbstowcs(wchar_t *restrict to, const char *restrict from, size_t n) {
  size_t i = 0;
  for (; to == NULL || i < n; i++) {
    if ((unsigned char)from[i] > 127) {
      errno = EILSEQ;
      return (size_t)-1;
    }
    if (to != NULL) to[i] = from[i];
    if (from[i] == 0) break;
  }
  return i;
}

size_t wcstombs(char *restrict to, const wchar_t *restrict from, size_t n) {
  size_t i = 0;
  for (; to == NULL || i < n; i++) {
    if ((unsigned)from[i] > 127) {
      errno = EILSEQ;
      return (size_t)-1;
    }
    if (to != NULL) to[i] = (char)from[i];
    if (from[i] == 0) break;
  }
  return i;
}
