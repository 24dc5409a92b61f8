#include <stdlib.h>

static int helper(int x) { return x + 1; }

int main(void) {
  free((void *)helper);
  return helper(-1);
}
