#include <stdio.h>
#include <stdlib.h>

static int add(int a, int b) { return a + b; }
static int multiply(int a, int b) { return a * b; }

int main(void) {
  int (**table)(int, int) = malloc(3 * sizeof *table);
  table[0] = add;
  table[1] = multiply;
  printf("%d %d\n", table[0](3, 4), table[1](3, 4));
  table = NULL;
  return 0;
}
