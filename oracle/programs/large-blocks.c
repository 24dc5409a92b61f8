#include <stdlib.h>

int main(void) {
  char *a = malloc(5000000), *b = malloc(20000000);
  a[4999999] = 1;
  b[19999999] = 1;
  b[20000000] = 1;
  free(a);
  a[100] = 1;
  return 0;
}
