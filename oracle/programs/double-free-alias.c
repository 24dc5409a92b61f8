#include <stdlib.h>

struct box { char *text; };

static void destroy(struct box *b) {
  free(b->text);
  free(b);
}

int main(void) {
  struct box *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  a->text = malloc(8);
  b->text = a->text;
  destroy(a);
  destroy(b);
  return 0;
}
