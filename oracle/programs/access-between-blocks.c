#include <stdlib.h>

int main(void) {
  volatile char *p = malloc(10), *q = malloc(100), *z = malloc(0);
  volatile char c;
  c = p[24];
  c = p[31];
  c = p[34];
  c = p[45];
  c = p[49];
  c = p[57];
  c = p[70];
  c = p[-17];
  c = p[-32];
  c = q[5000];
  c = z[0];
  c = z[-1];
  return 0;
}
