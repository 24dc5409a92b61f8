#include <stdlib.h>

int main(void) {
  long *p = calloc(3, sizeof *p);
  p[3] = 1;
  long x = p[4];
  free(p);
  return (int)(x & 0);
}
