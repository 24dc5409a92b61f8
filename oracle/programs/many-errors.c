#include <stdlib.h>

int main(void) {
  int *p = malloc(10 * sizeof *p);
  for (int i = 0; i < 10000; i++) p[10] = i;
  for (int i = 0; i < 3; i++) p[11] += i;
  free(p);
  return 0;
}
