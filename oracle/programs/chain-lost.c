#include <stdlib.h>

struct node { struct node *next; int value; };

static struct node *build(int count) {
  struct node *head = NULL;
  for (int i = 0; i < count; i++) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->next = head;
    fresh->value = i;
    head = fresh;
  }
  return head;
}

int main(void) {
  struct node *list = build(5);
  list = NULL;
  return list != NULL;
}
