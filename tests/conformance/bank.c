/* Accounts: bit-fields, enums, sscanf of commands, struct assignment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
enum { MAX = 10 };
typedef enum { SAVINGS = 1, CHECKING = 4, LOAN } Kind;
typedef struct {
  unsigned id : 10;
  unsigned active : 1;
  signed rate : 6;
  Kind kind;
  long long cents;
  char owner[24];
} Account;
static Account bank[MAX];
static int used;
static Account *find(unsigned id) {
  for (int i = 0; i < used; i++)
    if (bank[i].id == id && bank[i].active) return bank + i;
  return NULL;
}
static int transfer(Account *a, Account *b, long long c) {
  if (!a || !b || c <= 0) return -1;
  if (a->cents < c && a->kind != LOAN) return -2;
  a->cents -= c;
  b->cents += c;
  return 0;
}
int main(void) {
  char cmd[16], owner[24];
  int a, b;
  double amount;
  char line[80];
  int no = 0;
  while (fgets(line, sizeof line, stdin)) {
    no++;
    if (sscanf(line, "open %d %23s %lf", &a, owner, &amount) == 3 && used < MAX) {
      Account x = {.id = (unsigned)a,
                   .active = 1,
                   .rate = -(a % 30),
                   .kind = a % 3 == 0   ? SAVINGS
                           : a % 3 == 1 ? CHECKING
                                        : LOAN,
                   .cents = (long long)(amount * 100 + .5)};
      strncpy(x.owner, owner, sizeof x.owner - 1);
      bank[used++] = x;
    } else if (sscanf(line, "move %d to %d %lf", &a, &b, &amount) == 3)
      printf("%d: move -> %d\n", no, transfer(find(a), find(b), (long long)(amount * 100)));
    else if (sscanf(line, " close %i", &a) == 1) {
      Account *x = find(a);
      if (x) x->active = 0;
      printf("%d: close %s\n", no, x ? x->owner : "(none)");
    } else if (sscanf(line, "%15[^\n]", cmd) == 1)
      printf("%d: ?? [%s]\n", no, cmd);
    else
      printf("%d: empty\n", no);
  }
  long long sum = 0;
  for (int i = 0; i < used; i++) {
    Account *x = bank + i;
    sum += x->cents;
    printf("%03u %c %+3d %d %-10.6s %8lld.%02lld\n", x->id, x->active ? '*' : ' ', x->rate, x->kind, x->owner,
           x->cents / 100, llabs(x->cents % 100));
  }
  printf("%zu %lld\n", sizeof(Account), sum);
  return (int)(sum & 0x7f);
}
