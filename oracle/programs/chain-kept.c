#include <stdlib.h>

struct node { struct node *next; };
static struct node *head;

int main(void) {
  for (int i = 0; i < 7; i++) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->next = head;
    head = fresh;
  }
  return 0;
}
