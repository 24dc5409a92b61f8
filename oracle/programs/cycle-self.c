#include <stdlib.h>

int main(void) {
  void **p = malloc(48);
  p[0] = p;
  p[1] = &p[3];
  p = NULL;
  return 0;
}
