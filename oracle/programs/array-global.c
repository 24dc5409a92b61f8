#include <stdlib.h>

static char *table[16];

int main(void) {
  for (int i = 0; i < 16; i++) table[i] = malloc(i);
  for (int i = 0; i < 16; i += 2) table[i] = NULL;
  return 0;
}
