#include <stdlib.h>

int main(void) {
  int *p = malloc(6 * sizeof *p);
  for (int i = 0; i < 6; i++) *p++ = i;
  free(p);
  free(p - 6);
  return 0;
}
