#include <stdlib.h>

int main(void) {
  char *p = malloc(10);
  *(int *)(p + 8) = 1;
  *(long *)(p + 4) = 1;
  *(short *)(p + 9) = 1;
  free(p);
  return 0;
}
