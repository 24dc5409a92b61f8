#include <stdlib.h>

struct node { struct node *next; };
struct node *tail;

int main(void) {
  struct node *head = NULL;
  for (int i = 0; i < 4; i++) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->next = head;
    if (head == NULL) tail = fresh;
    head = fresh;
  }
  head = NULL;
  return 0;
}
