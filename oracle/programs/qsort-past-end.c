#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

int main(void) {
  int *p = malloc(5 * sizeof *p);
  for (int i = 0; i < 5; i++) p[i] = 5 - i;
  qsort(p, 5, sizeof *p, compare);
  int *found = bsearch(&p[2], p, 5, sizeof *p, compare);
  printf("%d %d\n", p[0], (int)(found - p));
  free(p);
  return compare(&p[0], &p[1]) > 0;
}
