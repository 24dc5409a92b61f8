#include <stdlib.h>

#define STEP(n, m) static void *f##n(void) { return f##m(); }
static void *f0(void) { return malloc(5); }
STEP(1, 0)
STEP(2, 1)
STEP(3, 2)
STEP(4, 3)
STEP(5, 4)
STEP(6, 5)
STEP(7, 6)
STEP(8, 7)
STEP(9, 8)
STEP(10, 9)
STEP(11, 10)
STEP(12, 11)
STEP(13, 12)

int main(void) {
  f13();
  f5();
  f5();
  return 0;
}
