#include <stdio.h>
#include <stdlib.h>

/* Some ten million executed lines: lists that grow, are walked, and shrink. Prints how many there were. */
struct node { struct node *next; int value; };

static long lines;

static struct node *push(struct node *head, int value) {
  struct node *made = malloc(sizeof *made);
  made->next = head;
  made->value = value;
  lines += 5;
  return made;
}

static long sum(struct node *head) {
  long all = 0;
  while (head) {
    all += head->value;
    head = head->next;
    lines += 4;
  }
  lines += 3;
  return all;
}

int main(void) {
  struct node *head = NULL;
  long check = 0;
  for (int round = 0; lines < 10000000; round++) {
    head = push(head, round);
    if (round % 8 == 0)
      check += sum(head) & 7;
    if (round % 3 == 0) {
      struct node *gone = head;
      head = head->next;
      free(gone);
      lines += 3;
    }
    lines += 4;
  }
  while (head) {
    struct node *gone = head;
    head = head->next;
    free(gone);
  }
  printf("%ld\n", lines + (check & 1));
  return 0;
}
