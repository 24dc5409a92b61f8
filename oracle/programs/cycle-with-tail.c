#include <stdlib.h>

struct node { struct node *next; struct node *tail; };

int main(void) {
  struct node *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
  a->next = b;
  b->next = a;
  b->tail = calloc(1, sizeof *b);
  b->tail->tail = calloc(1, sizeof *b);
  return 0;
}
