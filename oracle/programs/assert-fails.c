#include <assert.h>
#include <stdlib.h>

static int divide(int a, int b) {
  assert(b != 0);
  return a / b;
}

int main(void) {
  int *p = malloc(sizeof *p);
  *p = 4;
  return divide(*p, 0);
}
