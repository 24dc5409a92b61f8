#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *p = malloc(16);
  p = realloc(p, 0);
  printf("%s\n", p == NULL ? "null" : "block");
  return 0;
}
