#include <stdlib.h>

static void descend(int depth) {
  char *local = malloc(depth);
  if (depth > 1) descend(depth - 1);
  local[0] = 0;
}

int main(void) {
  descend(6);
  return 0;
}
