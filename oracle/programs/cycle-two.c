#include <stdlib.h>

struct pair { struct pair *other; long pad; };

int main(void) {
  struct pair *a = malloc(sizeof *a);
  struct pair *b = malloc(sizeof *b);
  a->other = b;
  b->other = a;
  return 0;
}
