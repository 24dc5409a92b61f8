#include <stdlib.h>

int main(void) {
  char *p = malloc(64);
  *(float *)(p + 64) = 1.5f;
  *(double *)(p + 64) = 2.5;
  *(short *)(p + 64) = 3;
  *(long long *)(p + 60) = 4;
  volatile double d = *(double *)(p + 72);
  volatile float f = *(float *)(p - 4);
  volatile unsigned char c = *(unsigned char *)(p + 64);
  free(p);
  return 0;
}
