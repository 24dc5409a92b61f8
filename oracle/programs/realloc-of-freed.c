#include <stdlib.h>

int main(void) {
  char *p = malloc(16);
  free(p);
  p = realloc(p, 32);
  return p != NULL;
}
