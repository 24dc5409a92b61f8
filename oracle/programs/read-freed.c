#include <stdio.h>
#include <stdlib.h>

int main(void) {
  int *p = malloc(3 * sizeof *p);
  p[0] = p[1] = p[2] = 9;
  free(p);
  printf("%d\n", p[0] == p[2]);
  return 0;
}
