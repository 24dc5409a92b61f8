#include <stdlib.h>

int main(void) {
  char **rows = malloc(8 * sizeof *rows);
  for (int i = 0; i < 8; i++) rows[i] = malloc(10 + i);
  rows = NULL;
  return 0;
}
