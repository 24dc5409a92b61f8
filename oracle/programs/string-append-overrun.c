#include <stdlib.h>
#include <string.h>

int main(void) {
  char *p = malloc(8);
  strcpy(p, "abc");
  strcat(p, "defgh");
  strncat(p, "ij", 2);
  strncpy(p, "0123456789", 10);
  free(p);
  return 0;
}
