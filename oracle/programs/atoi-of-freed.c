#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char *p = strdup("42");
  free(p);
  printf("%d\n", atoi(p));
  return 0;
}
