#include <stdlib.h>

static void *descend(int depth) {
  if (depth == 0) return malloc(24);
  return descend(depth - 1);
}

int main(void) {
  descend(3);
  descend(20);
  descend(30);
  return 0;
}
