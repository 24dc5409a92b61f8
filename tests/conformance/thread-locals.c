/* Thread-local variables: initial values, addresses, pointers to them, alignment, static ones in functions. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; int value; };

static int shared = 10;
_Thread_local int counter = 7;
static _Thread_local char name[13] = "thread local";
_Thread_local long zeros[100];
static _Thread_local int *to_shared = &shared;
static _Thread_local const char *text = "a string";
static _Thread_local struct node head = { NULL, 42 };
_Alignas(64) _Thread_local char aligned[64] = { 1, 2, 3 };

static int next_ticket(void) {
  static _Thread_local int ticket = 100;
  return ticket++;
}

static void add(int value) {
  struct node *node = malloc(sizeof *node);
  node->next = head.next;
  node->value = value;
  head.next = node;
}

int main(void) {
  printf("%d %s %ld %s\n", counter, name, zeros[99], text);
  counter += 5;
  zeros[3] = counter;
  (*to_shared)++;
  name[0] = 'T';
  printf("%d %s %ld %d\n", counter, name, zeros[3], shared);
  for (int i = 0; i < 3; i++) printf("%d%c", next_ticket(), i < 2 ? ' ' : '\n');
  printf("%d %d\n", (int)((uintptr_t)aligned % 64), aligned[0] + aligned[1] + aligned[2] + aligned[63]);
  for (int i = 0; i < 5; i++) add(i * i);
  for (struct node *node = &head; node != NULL; node = node->next) printf("%d ", node->value);
  printf("\n");
  int *pointer = &counter;
  memset(zeros, 1, sizeof zeros);
  *pointer = 1000;
  printf("%d %lx\n", counter, zeros[50]);
  while (head.next != NULL) {
    struct node *first = head.next;
    head.next = first->next;
    free(first);
  }
  return counter == 1000 ? 3 : 4;
}
