#include <stdlib.h>

static char *cache(void) {
  static char *memory;
  if (memory == NULL) memory = malloc(77);
  return memory;
}

int main(void) {
  cache();
  return cache() == NULL;
}
