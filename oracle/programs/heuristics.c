#include <stdlib.h>
#include <string.h>

typedef unsigned long word;
static void f(void) {}
static void g(void) {}
static void *table1[4] = {(void *)f, (void *)g, 0, 0}, *table2[4] = {(void *)g, (void *)f, 0, 0};
static void *keep[8];

int main(void) {
  word *s = malloc(24 + 10 + 1);
  s[0] = 3;
  s[1] = 10;
  s[2] = 0;
  keep[0] = s + 3;
  word *l = malloc(80);
  l[0] = 72;
  keep[1] = l + 1;
  word *n = malloc(8 + 30);
  n[0] = 10;
  keep[2] = n + 1;
  word *m = malloc(64);
  memset(m, 0, 64);
  m[0] = (word)table1;
  m[3] = (word)table2;
  keep[3] = m + 3;
  char *i = malloc(50);
  memset(i, 0, 50);
  keep[4] = i + 7;
  s = l = n = m = NULL;
  i = NULL;
  return 0;
}
