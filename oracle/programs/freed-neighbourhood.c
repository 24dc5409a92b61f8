#include <stdlib.h>

int main(void) {
  volatile char *p = malloc(24);
  volatile char c;
  free((void *)p);
  c = p[-1];
  c = p[24];
  c = p[47];
  c = p[48];
  c = p[300];
  return 0;
}
