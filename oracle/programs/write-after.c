#include <stdlib.h>

int main(void) {
  char *p = malloc(5);
  for (int i = 0; i < 10; i++) p[i] = 1;
  free(p);
  return 0;
}
