#include <stdio.h>
#include <stdlib.h>

int main(void) {
  int *p = calloc(25, sizeof *p), sum = 0;
  for (int i = 0; i < 25; i++) sum += p[i];
  printf("%d\n", sum);
  free(p);
  return 0;
}
