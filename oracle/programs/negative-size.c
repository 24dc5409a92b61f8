#include <stdio.h>
#include <stdlib.h>

static void *make(int count) { return malloc(count * sizeof(int)); }

int main(void) {
  void *p = make(-1);
  void *q = calloc(-1, 1);
  printf("%d %d\n", p == NULL, q == NULL);
  return 0;
}
