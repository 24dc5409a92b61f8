#include <stdlib.h>

static void level(int depth) {
  char *local = malloc(10 * depth);
  local[0] = 1;
  if (depth == 4) exit(7);
  level(depth + 1);
}

int main(void) {
  level(1);
  return 0;
}
