#include <stdlib.h>

static char *last;

int main(void) {
  char *p = malloc(8);
  last = p + 7;
  return 0;
}
