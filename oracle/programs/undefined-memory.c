// oracle: --undef-value-errors=yes
#include <stdlib.h>

static void **keeper;

int main(void) {
  void **first = malloc(6000000);
  first[10] = malloc(33);
  free(first);
  for (int i = 0; i < 4; i++) free(malloc(6000000));
  keeper = malloc(6000000);
  return 0;
}
