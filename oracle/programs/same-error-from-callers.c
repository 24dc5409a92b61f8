#include <stdlib.h>

static int *numbers;
static int get(int i) { return numbers[i]; }
static int one(void) { return get(4); }
static int two(void) { return get(4) + one(); }
static int three(void) { return two() + get(5); }

static int deep(int n) { return n == 0 ? get(4) : deep(n - 1); }

int main(void) {
  numbers = calloc(4, sizeof *numbers);
  int n = one() + two() + three();
  for (int i = 0; i < 3; i++) n += one();
  n += deep(1) + deep(2) + deep(3) + deep(4) + deep(5);
  free(numbers);
  return n == 12345;
}
