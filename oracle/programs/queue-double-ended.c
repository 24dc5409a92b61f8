#include <stdio.h>
#include <stdlib.h>

struct cell { int value; struct cell *next, *previous; };
static struct cell *front, *back;

static void push(int value) {
  struct cell *c = malloc(sizeof *c);
  c->value = value;
  c->next = NULL;
  c->previous = back;
  if (back != NULL) back->next = c; else front = c;
  back = c;
}

static int pop(void) {
  struct cell *c = front;
  int value = c->value;
  front = c->next;
  if (front != NULL) front->previous = NULL; else back = NULL;
  if (value % 3 != 0) free(c);
  return value;
}

int main(void) {
  int total = 0;
  for (int i = 1; i <= 10; i++) push(i);
  for (int i = 0; i < 8; i++) total += pop();
  printf("%d\n", total);
  return 0;
}
