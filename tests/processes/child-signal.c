/* SIGCHLD: one for each child, with who and how; ignored, no zombie is left. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t reaped, sum;
static void on_child(int number) {
  (void)number;
  int status, old = errno;
  while (waitpid(-1, &status, WNOHANG) > 0) {
    reaped++;
    sum += WEXITSTATUS(status);
  }
  errno = old;
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_child;
  sigaction(SIGCHLD, &action, NULL);
  sigset_t block, open;
  sigemptyset(&block);
  sigaddset(&block, SIGCHLD);
  sigprocmask(SIG_BLOCK, &block, &open);
  for (int i = 1; i <= 5; i++) {
    if (fork() == 0) _exit(i);
  }
  while (reaped < 5) sigsuspend(&open);
  printf("reaped %d, sum %d\n", (int)reaped, (int)sum);
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < 3; i++) {
    if (fork() == 0) _exit(i);
  }
  errno = 0;
  int none = wait(NULL);
  printf("ignored: wait %d, ECHILD %d\n", none, errno == ECHILD);
  return 0;
}
