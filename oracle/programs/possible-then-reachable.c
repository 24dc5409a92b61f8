#include <stdlib.h>

static char *inside;
static void **other;

int main(void) {
  char *p = malloc(40);
  inside = p + 4;
  other = malloc(sizeof *other);
  *other = p;
  char *q = malloc(41);
  inside = p + 8;
  other[0] = q + 1;
  return 0;
}
