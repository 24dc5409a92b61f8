#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *p = malloc(4);
  sprintf(p, "%d", 12345);
  free(p);
  return 0;
}
