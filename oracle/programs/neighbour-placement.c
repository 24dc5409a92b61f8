#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *p[8];
  for (int i = 0; i < 8; i++) p[i] = malloc(1 + 24 * i);
  for (int i = 1; i < 8; i++) printf("%d\n", (int)(p[i] - p[i - 1]));
  p[0][80] = 1;
  p[3][p[4] - p[3] - 20] = 1;
  for (int i = 0; i < 8; i++) free(p[i]);
  return 0;
}
