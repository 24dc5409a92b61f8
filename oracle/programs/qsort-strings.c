#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int main(void) {
  const char *words[] = {"pear", "apple", "fig", "kiwi", "lime"};
  char *copies[5];
  for (int i = 0; i < 5; i++) copies[i] = strdup(words[i]);
  qsort(copies, 5, sizeof *copies, compare);
  for (int i = 0; i < 5; i++) puts(copies[i]);
  for (int i = 1; i < 5; i++) free(copies[i]);
  return 0;
}
