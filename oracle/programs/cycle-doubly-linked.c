#include <stdlib.h>

struct node { struct node *next, *previous; int value; };

int main(void) {
  struct node *head = NULL;
  for (int i = 0; i < 6; i++) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->value = i;
    fresh->previous = NULL;
    fresh->next = head;
    if (head != NULL) head->previous = fresh;
    head = fresh;
  }
  head = NULL;
  return 0;
}
