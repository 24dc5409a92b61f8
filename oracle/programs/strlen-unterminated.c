#include <stdlib.h>
#include <string.h>

int main(void) {
  char *p = malloc(4);
  memset(p, 'a', 4);
  size_t n = strlen(p);
  free(p);
  return (int)(n & 0);
}
