#include <stdlib.h>

int main(void) {
  int **rows = calloc(5, sizeof *rows);
  for (int i = 0; i < 5; i++) rows[i] = calloc(4, sizeof **rows);
  for (int i = 0; i < 3; i++) free(rows[i]);
  free(rows);
  return 0;
}
