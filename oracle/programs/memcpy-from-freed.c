#include <stdlib.h>
#include <string.h>

int main(void) {
  char *p = calloc(1, 16), target[16];
  free(p);
  memcpy(target, p, 16);
  return target[0] & 0;
}
