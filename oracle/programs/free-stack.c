#include <stdlib.h>

static void drop(void *p) { free(p); }

int main(void) {
  int local[4] = {0};
  drop(local);
  free(&local[1]);
  return 0;
}
