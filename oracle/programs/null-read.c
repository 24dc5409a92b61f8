#include <stdlib.h>

int main(void) {
  int *p = malloc(20);
  p[0] = 1;
  p = NULL;
  return *p;
}
