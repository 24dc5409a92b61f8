#include <stdio.h>
#include <stdlib.h>

static char *kept;

static void farewell(void) {
  printf("bye %s\n", kept);
  free(kept);
}

int main(void) {
  kept = calloc(1, 8);
  kept[0] = 'k';
  char *lost = malloc(3);
  lost[0] = 0;
  atexit(farewell);
  return 3;
}
