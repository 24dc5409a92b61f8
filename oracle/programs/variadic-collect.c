#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static char **collect(int count, ...) {
  va_list list;
  va_start(list, count);
  char **all = malloc((count + 1) * sizeof *all);
  for (int i = 0; i < count; i++) {
    all[i] = malloc(32);
    snprintf(all[i], 32, "%s", va_arg(list, char *));
  }
  all[count] = NULL;
  va_end(list);
  return all;
}

int main(void) {
  char **all = collect(8, "a", "b", "c", "d", "e", "f", "g", "h");
  for (char **p = all; *p != NULL; p++) printf("%s", *p);
  printf("\n");
  all[7] = NULL;
  free(all);
  return 0;
}
