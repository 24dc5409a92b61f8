#include <stdint.h>
#include <stdlib.h>

static uint32_t halves[4];

int main(void) {
  uintptr_t p = (uintptr_t)malloc(50);
  halves[0] = (uint32_t)p;
  halves[2] = (uint32_t)(p >> 32);
  return 0;
}
