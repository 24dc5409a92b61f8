#include <stdlib.h>

int main(void) {
  char *p = malloc(10);
  char *q = realloc(p, 1000);
  q = realloc(NULL, 20);
  q[0] = 'x';
  return 0;
}
