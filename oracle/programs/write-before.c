#include <stdlib.h>

int main(void) {
  char *p = malloc(5);
  p[-1] = 1;
  *(short *)(p - 2) = 1;
  *(long *)(p - 8) = 1;
  free(p);
  return 0;
}
