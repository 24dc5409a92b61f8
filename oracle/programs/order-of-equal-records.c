#include <stdlib.h>

struct node { struct node *next; char pad[24]; };
static struct node *kept;
static char *inside;

static struct node *make(int count) {
  struct node *head = NULL;
  while (count-- > 0) {
    struct node *fresh = malloc(sizeof *fresh);
    fresh->next = head;
    head = fresh;
  }
  return head;
}

static void a(void) { malloc(16); }
static void b(void) { malloc(16); }

int main(void) {
  make(2);
  kept = make(2);
  inside = (char *)make(2) + 8;
  b();
  a();
  b();
  malloc(64);
  malloc(32);
  malloc(0);
  return 0;
}
