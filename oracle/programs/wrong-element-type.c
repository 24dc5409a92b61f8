#include <stdlib.h>

int main(void) {
  double *p = malloc(10 * sizeof(float));
  for (int i = 0; i < 10; i++) p[i] = i;
  free(p);
  return 0;
}
