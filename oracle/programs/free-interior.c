#include <stdlib.h>

int main(void) {
  char *p = malloc(100);
  p += 10;
  free(p);
  return 0;
}
