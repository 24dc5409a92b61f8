#include <stdio.h>
#include <stdlib.h>

struct record { int a, b; long c; };

static void fill(struct record *r) { r->c = 5; }

int main(void) {
  printf("before\n");
  fill(NULL);
  return 0;
}
