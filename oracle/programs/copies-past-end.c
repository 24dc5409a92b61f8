#include <stdlib.h>
#include <string.h>

static char source[400];

int main(void) {
  char *p = malloc(50);
  memcpy(p, source, 60);
  memset(p, 0, 70);
  memmove(p + 8, p, 60);
  memcpy(source, p, 100);
  free(p);
  return 0;
}
