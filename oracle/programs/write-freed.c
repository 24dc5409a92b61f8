#include <stdlib.h>

struct node { struct node *next; int value; };

static void release(struct node *n) { free(n); }

int main(void) {
  struct node *n = malloc(sizeof *n);
  n->next = NULL;
  release(n);
  n->value = 3;
  n->next = n;
  return 0;
}
