#include <stdlib.h>

int main(void) {
  char *a = malloc(11);
  char *b = malloc(12);
  a[0] = b[0] = 1;
  b = NULL;
  exit(b != NULL);
}
