#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct account { char name[16]; long cents; };

static struct account *accounts[4];
static long total;

static struct account *open_account(const char *name, long cents) {
  struct account *made = malloc(sizeof *made);
  strcpy(made->name, name);
  made->cents = cents;
  return made;
}

static void pay(struct account *from, struct account *to, long cents) {
  from->cents -= cents;
  to->cents += cents;
  total += cents;
}

static long busy(int rounds) {
  volatile long sum = 0;
  for (int i = 0; i < rounds; i++) {
    sum += i;
    sum ^= 5;
  }
  return sum;
}

int main(void) {
  const char *names[] = {"ada", "brian", "chris", "dennis"};
  for (int i = 0; i < 4; i++)
    accounts[i] = open_account(names[i], 1000 * (i + 1));
  for (int round = 0; round < 20; round++) {
    pay(accounts[round % 4], accounts[(round + 1) % 4], 10 + round);
    busy(20000);
  }
  printf("%ld\n", total);
  accounts[2] = NULL;
  free(accounts[0]);
  return accounts[2]->cents > 0;
}
