#include <stdlib.h>

int numbers[4];
static char letter = 'x';
const char text[] = "constant";

int main(void) {
  free(numbers);
  free(&numbers[1]);
  free(&letter);
  free((void *)text);
  return 0;
}
