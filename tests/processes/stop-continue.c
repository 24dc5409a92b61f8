/* SIGSTOP and SIGCONT, as waitpid tells of them. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    raise(SIGSTOP);
    for (;;) pause();
  }
  int status;
  pid_t told = waitpid(child, &status, WUNTRACED);
  printf("stopped: %d %d by %d\n", told == child, WIFSTOPPED(status), WIFSTOPPED(status) ? WSTOPSIG(status) == SIGSTOP : 0);
  kill(child, SIGCONT);
  told = waitpid(child, &status, WCONTINUED);
  printf("continued: %d %d\n", told == child, WIFCONTINUED(status));
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGTERM);
  printf("a stopped process does not end by SIGTERM: %d\n", waitpid(child, &status, WNOHANG));
  kill(child, SIGKILL);
  told = waitpid(child, &status, 0);
  printf("but by SIGKILL: %d %d\n", told == child, WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  return 0;
}
