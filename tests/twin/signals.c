/* Signals that are caught, ignored and raised; abort with a handler. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static volatile sig_atomic_t seen;
static void note(int s) { seen = seen * 10 + s % 10; }
int main(void) {
  signal(SIGUSR1, note); signal(SIGUSR2, SIG_IGN); signal(SIGABRT, note);
  for (int i = 0; i < 5; i++) { raise(SIGUSR1); raise(SIGUSR2); }
  raise(SIGCHLD);
  printf("%d\n", (int)seen); fflush(stdout);
  abort();
}
