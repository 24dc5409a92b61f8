#include <stdlib.h>
#include <string.h>

int main(void) {
  char source[64] = {0};
  char *p = malloc(24);
  memcpy(p, source, 32);
  memset(p, 0, 25);
  memmove(p + 20, p, 8);
  free(p);
  return 0;
}
