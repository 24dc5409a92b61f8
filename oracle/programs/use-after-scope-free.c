#include <stdlib.h>

struct account { int balance; };

static struct account *open_account(void) {
  struct account *a = malloc(sizeof *a);
  a->balance = 10;
  return a;
}

static void close_account(struct account *a) { free(a); }

int main(void) {
  struct account *a = open_account();
  struct account *b = a;
  close_account(a);
  b->balance += 5;
  close_account(b);
  return 0;
}
