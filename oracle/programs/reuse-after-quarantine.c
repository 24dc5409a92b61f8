#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *first = malloc(3000000);
  free(first);
  for (int i = 0; i < 12; i++) free(malloc(3000000));
  char *again = malloc(3000000);
  printf("%s\n", again == first ? "same" : "other");
  first[3000001] = 1;
  free(again);
  return 0;
}
