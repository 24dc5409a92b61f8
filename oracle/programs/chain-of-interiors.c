#include <stdlib.h>

struct node { long value; long *next; };

int main(void) {
  struct node *a = malloc(sizeof *a), *b = malloc(sizeof *b), *c = malloc(sizeof *c);
  a->next = (long *)&b->next;
  b->next = (long *)&c->next;
  c->next = NULL;
  a = b = c = NULL;
  return 0;
}
