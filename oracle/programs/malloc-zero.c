#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *p = malloc(0), *q = malloc(0);
  printf("%d\n", p != q && p != NULL);
  free(p);
  return 0;
}
