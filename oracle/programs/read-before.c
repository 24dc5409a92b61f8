#include <stdlib.h>

int main(void) {
  int *p = calloc(4, sizeof *p);
  int x = p[-1];
  x += p[-4];
  free(p);
  return x & 0;
}
