#include <stdlib.h>

struct node { struct node *next; };
struct node *middle;

int main(void) {
  struct node *head = NULL;
  for (int i = 0; i < 5; i++) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->next = head;
    head = fresh;
    if (i == 2) middle = fresh;
  }
  head = NULL;
  return 0;
}
