#include <stdio.h>
#include <stdlib.h>

int main(void) {
  void *p = calloc((size_t)1 << 40, (size_t)1 << 40);
  printf("%s\n", p == NULL ? "refused" : "given");
  return 0;
}
