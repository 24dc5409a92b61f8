#include <stdio.h>
#include <stdlib.h>

typedef void *(*maker)(size_t);
static void *direct(size_t n) { return malloc(n); }
static void *zeroed(size_t n) { return calloc(1, n); }

int main(void) {
  maker makers[] = {direct, zeroed, malloc};
  for (int i = 0; i < 3; i++) makers[i](10 + i);
  printf("done\n");
  return 0;
}
