#include <stdio.h>
#include <stdlib.h>

int main(void) {
  FILE *out = fopen("/tmp/pagewise-oracle-copy.txt", "w");
  for (int i = 0; i < 100; i++) fprintf(out, "line %d\n", i);
  fclose(out);
  FILE *in = fopen("/tmp/pagewise-oracle-copy.txt", "r");
  char line[64];
  int lines = 0;
  while (fgets(line, sizeof line, in) != NULL) lines++;
  printf("%d\n", lines);
  remove("/tmp/pagewise-oracle-copy.txt");
  return 0;
}
