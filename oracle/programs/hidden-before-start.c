#include <stdlib.h>

static int *one_based;

int main(void) {
  one_based = (int *)malloc(10 * sizeof(int)) - 1;
  one_based[1] = 5;
  return 0;
}
