#include <stdio.h>
#include <stdlib.h>

int main(void) {
  int *values = NULL, used = 0, room = 0;
  for (int i = 0; i < 100; i++) {
    if (used == room) {
      room = room == 0 ? 4 : room * 2;
      values = realloc(values, room * sizeof *values);
    }
    values[used++] = i * i;
  }
  printf("%d %d\n", used, values[99]);
  free(values);
  return 0;
}
