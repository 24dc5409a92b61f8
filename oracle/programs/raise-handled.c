#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile int seen;
static void handler(int signal) { seen = signal; }

int main(void) {
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  printf("seen %d\n", seen == SIGUSR1);
  return 0;
}
