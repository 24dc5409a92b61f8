#include <stdlib.h>
#include <string.h>

static char *copy(const char *s) {
  char *c = malloc(strlen(s) + 1);
  strcpy(c, s);
  return c;
}

static int equal(const char *a, const char *b) { return strcmp(a, b) == 0; }

int main(void) {
  int n = 0;
  for (int i = 0; i < 3; i++)
    if (equal(copy("left"), copy("right"))) n++;
  return n;
}
