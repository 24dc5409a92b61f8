#include <stdint.h>
#include <stdlib.h>

static uintptr_t hidden;

int main(void) {
  void *p = malloc(50);
  hidden = (uintptr_t)p ^ 0x5555555555555555;
  p = NULL;
  return 0;
}
