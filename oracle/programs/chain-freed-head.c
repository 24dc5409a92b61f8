#include <stdlib.h>

struct node { struct node *next; char pad[24]; };

int main(void) {
  struct node *a = calloc(1, sizeof *a);
  a->next = calloc(1, sizeof *a);
  a->next->next = calloc(1, sizeof *a);
  free(a);
  return 0;
}
