#include <stdlib.h>
#include <string.h>

static char other[400];

int main(void) {
  char *p = malloc(1000);
  free(p);
  memcpy(p, other, 100);
  memcpy(p + 1, other, 90);
  memcpy(p + 2, other, 83);
  memcpy(p + 3, other + 3, 121);
  memcpy(other, p, 24);
  memcpy(other, p, 200);
  memcpy(other + 1, p, 77);
  memset(p, 0, 207);
  memset(p + 3, 0, 150);
  memset(p + 1, 0, 3);
  memmove(p + 8, p, 90);
  memmove(p + 5, p, 33);
  memmove(p, p + 16, 333);
  return 0;
}
