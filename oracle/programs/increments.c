#include <stdlib.h>

int main(void) {
  int *p = calloc(2, sizeof *p);
  p[2]++;
  p[2] += 3;
  --p[3];
  p[-1] |= 4;
  free(p);
  p[0]++;
  return 0;
}
