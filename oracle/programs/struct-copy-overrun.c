#include <stdlib.h>

struct wide { long values[8]; };

int main(void) {
  struct wide *p = malloc(sizeof *p - 8), zero = {{0}};
  *p = zero;
  free(p);
  return 0;
}
