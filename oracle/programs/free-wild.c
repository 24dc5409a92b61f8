#include <stdlib.h>

int main(void) {
  free((void *)0x12345678);
  free((void *)8);
  free((void *)-1L);
  return 0;
}
