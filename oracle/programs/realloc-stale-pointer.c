#include <stdio.h>
#include <stdlib.h>

int main(void) {
  int *p = malloc(4 * sizeof *p);
  int *old = p;
  p[0] = 5;
  p = realloc(p, 2 * sizeof *p);
  old[0] = 6;
  printf("%d\n", p[0]);
  free(p);
  return 0;
}
