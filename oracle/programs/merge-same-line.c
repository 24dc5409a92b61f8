#include <stdlib.h>

static void *make(int size) { return malloc(size); }

int main(void) {
  for (int i = 1; i <= 10; i++) make(i);
  make(100);
  make(55);
  return 0;
}
