// oracle-stdin: first line
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *line = NULL;
  size_t room = 0;
  long got = getline(&line, &room, stdin);
  printf("%ld %zu\n", got, room);
  return 0;
}
