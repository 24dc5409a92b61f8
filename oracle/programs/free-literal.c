#include <stdlib.h>

int main(void) {
  char *p = "literal";
  free(p);
  return 0;
}
