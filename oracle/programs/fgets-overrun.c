// oracle-stdin: a line that is rather long
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *p = malloc(10);
  fgets(p, 16, stdin);
  printf("%.5s\n", p);
  free(p);
  return 0;
}
