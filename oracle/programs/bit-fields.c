#include <stdlib.h>

struct flags { unsigned a : 3, b : 7; unsigned c : 20; };

int main(void) {
  struct flags *f = calloc(1, sizeof *f);
  f[0].b = 5;
  f[1].b = 6;
  free(f);
  return (int)f->c;
}
