/* Blocked signals wait, merge, and come when they are let in; the lowest first. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>

static int order[10], count;
static void note(int number) { order[count++] = number; }

int main(void) {
  int numbers[] = {SIGHUP, SIGUSR1, SIGUSR2, SIGTERM};
  sigset_t block, old, pending;
  sigemptyset(&block);
  for (int i = 0; i < 4; i++) {
    signal(numbers[i], note);
    sigaddset(&block, numbers[i]);
  }
  sigprocmask(SIG_BLOCK, &block, &old);
  raise(SIGTERM);
  raise(SIGUSR2);
  raise(SIGUSR2);
  raise(SIGUSR1);
  sigpending(&pending);
  printf("handled %d, pending %d%d%d%d\n", count, sigismember(&pending, SIGHUP), sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2), sigismember(&pending, SIGTERM));
  pid_t child = fork();
  if (child == 0) {
    sigset_t none;
    sigpending(&none);
    sigprocmask(SIG_SETMASK, NULL, &old);
    _exit(sigismember(&none, SIGTERM) * 2 + sigismember(&old, SIGTERM));
  }
  int status;
  wait(&status);
  printf("child: pending signals are not inherited, the mask is: %d\n", WEXITSTATUS(status));
  sigprocmask(SIG_SETMASK, &old, NULL);
  printf("handled %d:", count);
  for (int i = 0; i < count; i++) printf(" %d", order[i]);
  printf("\n");
  return 0;
}
