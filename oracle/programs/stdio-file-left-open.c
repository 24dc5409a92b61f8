#include <stdio.h>

int main(void) {
  FILE *f = fopen("/tmp/pagewise-oracle.txt", "w");
  fprintf(f, "one line\n");
  return 0;
}
