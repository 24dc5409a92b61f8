/* getopt with words out of order, /dev/null. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void parse(int argc, char **argv) {
  int letter, loud = 0;
  const char *output = "none";
  long count = 0;
  opterr = 0;
  optind = 1;
  while ((letter = getopt(argc, argv, "vn:o:x::")) != -1) {
    switch (letter) {
    case 'v': loud++; break;
    case 'n': count = strtol(optarg, NULL, 10); break;
    case 'o': output = optarg; break;
    case 'x': printf("x %s\n", optarg ? optarg : "alone"); break;
    default: printf("bad option %c\n", optopt);
    }
  }
  printf("loud %d count %ld output %s:", loud, count, output);
  for (int i = 1; i < argc; i++) printf(" %s%s", i == optind ? "| " : "", argv[i]);
  printf("\n");
}

#define PARSE(...)                                                                                                     \
  do {                                                                                                                 \
    char *words[] = {"tool", __VA_ARGS__, NULL};                                                                       \
    parse((int)(sizeof words / sizeof *words) - 1, words);                                                             \
  } while (0)

int main(void) {
  PARSE("-v", "-n42", "-o", "file");
  PARSE("first", "-vv", "second", "-n", "7", "third", "-q", "-xopt", "-x", "fourth");
  PARSE("a", "-v", "--", "-v", "b");
  PARSE("a", "-vn");
  PARSE("-", "-vo", "out", "-");
  FILE *nothing = fopen("/dev/null", "r+");
  if (nothing == NULL) return 1;
  fprintf(nothing, "vanishes");
  rewind(nothing);
  int byte = getc(nothing);
  printf("%d %d\n", byte, feof(nothing) != 0);
  return fclose(nothing);
}
