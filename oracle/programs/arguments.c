// oracle-args: one two
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  char *joined = calloc(1, 1);
  for (int i = 1; i < argc; i++) {
    joined = realloc(joined, strlen(joined) + strlen(argv[i]) + 1);
    strcat(joined, argv[i]);
  }
  puts(joined);
  return argc;
}
