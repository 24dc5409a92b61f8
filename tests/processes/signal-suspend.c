/* Parent and child take turns by signals, without a race, by sigsuspend. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t turns;
static void on_turn(int number) {
  (void)number;
  turns++;
}

static void await_turn(sigset_t *open, int wanted) {
  while (turns < wanted) sigsuspend(open);
}

int main(void) {
  sigset_t block, open;
  sigemptyset(&block);
  sigaddset(&block, SIGUSR1);
  signal(SIGUSR1, on_turn);
  sigprocmask(SIG_BLOCK, &block, &open);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    for (int i = 1; i <= 5; i++) {
      await_turn(&open, i);
      printf("child %d\n", i);
      fflush(stdout);
      kill(parent, SIGUSR1);
    }
    _exit(0);
  }
  for (int i = 1; i <= 5; i++) {
    printf("parent %d\n", i);
    fflush(stdout);
    kill(child, SIGUSR1);
    await_turn(&open, i);
  }
  wait(NULL);
  return 0;
}
