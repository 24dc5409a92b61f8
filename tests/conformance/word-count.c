/* Word frequencies: fgets, strtok, realloc, qsort of structs. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef struct {
  char *w;
  int n;
} Entry;
static int by_count(const void *a, const void *b) {
  const Entry *x = a, *y = b;
  if (x->n != y->n) return y->n - x->n;
  return strcmp(x->w, y->w);
}
int main(void) {
  Entry *e = NULL;
  size_t n = 0, cap = 0;
  char line[256];
  int lines = 0, chars = 0;
  while (fgets(line, sizeof line, stdin)) {
    lines++;
    chars += (int)strlen(line);
    for (char *t = strtok(line, " \t\n.,;:!?\"'()-"); t; t = strtok(NULL, " \t\n.,;:!?\"'()-")) {
      for (char *p = t; *p; p++) *p = (char)tolower((unsigned char)*p);
      size_t i;
      for (i = 0; i < n; i++)
        if (!strcmp(e[i].w, t)) break;
      if (i == n) {
        if (n == cap) {
          cap = cap ? cap * 2 : 4;
          e = realloc(e, cap * sizeof *e);
        }
        e[n].w = strdup(t);
        e[n].n = 0;
        n++;
      }
      e[i].n++;
    }
  }
  qsort(e, n, sizeof *e, by_count);
  printf("%d lines, %d chars, %zu words\n", lines, chars, n);
  for (size_t i = 0; i < n; i++) {
    printf("%-12s|%5d|%*s|\n", e[i].w, e[i].n, (int)(i % 7), "x");
    free(e[i].w);
  }
  free(e);
  return 0;
}
