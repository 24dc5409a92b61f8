/* Streams: standard input, files in the private file system, buffering, seeking, getline, errors. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  char *line = NULL; size_t cap = 0; ssize_t got; int lines = 0; size_t bytes = 0;
  while ((got = getline(&line, &cap, stdin)) > 0) { lines++; bytes += (size_t)got; } free(line); printf("%d %zu\n", lines, bytes);
  FILE *f = fopen("/tmp/pagewise-conformance.txt", "w+"); if (!f) { perror("fopen"); return 1; }
  for (int i = 0; i < 1000; i++) fprintf(f, "line %d\n", i);
  printf("%ld\n", ftell(f)); fseek(f, 5000, SEEK_SET); char text[32]; if (fgets(text, sizeof text, f)) fputs(text, stdout);
  rewind(f); int c, newlines = 0; while ((c = getc(f)) != EOF) newlines += c == '\n'; printf("%d %d\n", newlines, feof(f) != 0);
  clearerr(f); fseek(f, -9, SEEK_END); size_t n = fread(text, 1, 9, f); printf("%zu %.9s", n, text); ungetc('!', f); printf("%c\n", getc(f)); fclose(f);
  remove("/tmp/pagewise-conformance.txt"); f = fopen("/tmp/pagewise-conformance.txt", "r"); printf("%d %d\n", f == NULL, errno == ENOENT);
  setvbuf(stdout, NULL, _IONBF, 0); putchar('x'); fwrite("yz\n", 1, 3, stdout); fflush(stdout); return 0;
}
