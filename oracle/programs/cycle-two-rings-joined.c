#include <stdlib.h>

struct node { struct node *next; struct node *bridge; };

static struct node *ring(int count) {
  struct node *first = calloc(1, sizeof *first), *last = first;
  while (--count > 0) {
    last->next = calloc(1, sizeof *last);
    last = last->next;
  }
  last->next = first;
  return first;
}

int main(void) {
  struct node *small = ring(2);
  struct node *large = ring(4);
  large->bridge = small;
  small = large = NULL;
  return 0;
}
