#include <stdlib.h>

struct node { struct node *next; };

int main(void) {
  struct node *first = malloc(sizeof *first), *last = first;
  for (int i = 0; i < 9; i++) {
    last->next = malloc(sizeof *last);
    last = last->next;
  }
  last->next = first;
  return 0;
}
