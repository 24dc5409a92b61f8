#include <stdlib.h>
#include <string.h>

static char source[400];

int main(void) {
  char *p = malloc(50);
  memcpy(p, source, 100);
  memcpy(p + 1, source, 90);
  memcpy(p + 2, source, 80);
  memset(p, 0, 200);
  memset(p + 3, 0, 150);
  memmove(p + 8, p, 90);
  memcpy(source + 1, p, 77);
  free(p);
  memcpy(source, p, 50);
  return 0;
}
