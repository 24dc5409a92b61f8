/* siglongjmp out of a handler brings the mask back. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static sigjmp_buf place;
static void leave(int number) { siglongjmp(place, number); }

int main(void) {
  signal(SIGUSR1, leave);
  signal(SIGSEGV, leave);
  for (int round = 0; round < 3; round++) {
    int number = sigsetjmp(place, 1);
    if (number == 0) raise(SIGUSR1);
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("round %d: signal %d, blocked %d\n", round, number, sigismember(&mask, SIGUSR1));
  }
  volatile int tries = 0;
  if (sigsetjmp(place, 1) == 0 || tries < 3) {
    tries++;
    *(volatile int *)8 = 1;
  }
  printf("tries %d\n", tries);
  return 0;
}
