#include <stdlib.h>

static int sum(const int *p, int count) {
  int total = 0;
  for (int i = 0; i <= count; i++) total += p[i];
  return total;
}

int main(void) {
  int *p = calloc(10, sizeof *p);
  int x = sum(p, 10);
  free(p);
  return x & 0;
}
