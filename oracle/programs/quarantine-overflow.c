#include <stdlib.h>

int main(void) {
  char *first = malloc(100);
  free(first);
  for (int i = 0; i < 30; i++) free(malloc(900000));
  first[0] = 1;
  return 0;
}
