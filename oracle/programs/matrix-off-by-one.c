#include <stdlib.h>

int main(void) {
  int rows = 3, columns = 4;
  int *m = malloc(rows * columns * sizeof *m);
  for (int i = 0; i <= rows; i++)
    for (int j = 0; j < columns; j++) m[i * columns + j] = i * j;
  free(m);
  return 0;
}
