#include <stdlib.h>

int main(void) {
  char *p = malloc(64);
  p = realloc(p, 20);
  p[20] = 1;
  free(p);
  return 0;
}
