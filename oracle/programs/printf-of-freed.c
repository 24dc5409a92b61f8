#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char *p = strdup("text");
  free(p);
  printf("%s\n", p);
  puts(p);
  return 0;
}
