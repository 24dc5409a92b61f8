#include <stdlib.h>

static int *end;

int main(void) {
  int *p = malloc(8 * sizeof *p);
  end = p + 8;
  return 0;
}
