#include <stdlib.h>

struct node { long value; struct node *next; };
static long *held;

int main(void) {
  struct node *head = NULL;
  for (int i = 0; i < 3; i++) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->value = i;
    fresh->next = head;
    head = fresh;
  }
  held = (long *)&head->next;
  head = NULL;
  return 0;
}
