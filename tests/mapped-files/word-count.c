/* Counting lines and words of a mapped text, as wc does. */
#include <ctype.h>
#include "common.h"
int main(void) {
  FILE *out = fopen("text", "w");
  for (int i = 0; i < 700; i++) fprintf(out, "line %d of a text  with %d words\n", i, i % 7);
  fclose(out);
  int fd = open("text", O_RDONLY);
  long n = size_of(fd);
  const char *p = map((size_t)n, PROT_READ, MAP_PRIVATE, fd, 0);
  long lines = 0, words = 0;
  for (long i = 0, inside = 0; i < n; i++) {
    lines += p[i] == '\n';
    if (isspace((unsigned char)p[i])) inside = 0;
    else if (!inside) { inside = 1; words++; }
  }
  printf("%ld lines, %ld words, %ld bytes\n", lines, words, n);
  unlink("text");
}
