#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  void *p = NULL;
  int failed = posix_memalign(&p, 256, 100);
  void *q = aligned_alloc(64, 128);
  printf("%d %d %d\n", failed, (int)((uintptr_t)p % 256), (int)((uintptr_t)q % 64));
  ((char *)p)[100] = 1;
  ((char *)q)[-1] = 1;
  free(p);
  return 0;
}
