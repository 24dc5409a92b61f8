#include <stdlib.h>

static int *escape(void) {
  int local[64];
  local[0] = 5;
  int *volatile p = local;
  return p;
}

int main(void) {
  int *p = escape();
  return *p == 12345;
}
