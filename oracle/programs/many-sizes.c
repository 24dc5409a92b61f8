#include <stdio.h>
#include <stdlib.h>

static char *held[64];

int main(void) {
  unsigned seed = 7, sum = 0;
  for (int i = 0; i < 3000; i++) {
    seed = seed * 1103515245 + 12345;
    unsigned k = (seed >> 16) % 64;
    free(held[k]);
    held[k] = malloc((seed >> 8) % 500);
    sum += (seed >> 8) % 500;
  }
  printf("%u\n", sum);
  for (int i = 0; i < 64; i += 2) { free(held[i]); held[i] = NULL; }
  return 0;
}
