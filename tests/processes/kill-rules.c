/* kill: who is there, groups, signal 0. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  pid_t children[3];
  for (int i = 0; i < 3; i++) {
    children[i] = fork();
    if (children[i] == 0) for (;;) pause();
    setpgid(children[i], children[0]);
  }
  printf("there: %d %d %d\n", kill(children[0], 0), kill(children[1], 0), kill(children[2], 0));
  errno = 0;
  int absent = kill(4000000, 0);
  printf("absent: %d ESRCH %d\n", absent, errno == ESRCH);
  errno = 0;
  int wrong = kill(children[0], 99);
  printf("no such signal: %d EINVAL %d\n", wrong, errno == EINVAL);
  printf("group: %d\n", getpgid(children[2]) == children[0]);
  kill(-children[0], SIGTERM);
  int ended = 0, status;
  while (waitpid(-children[0], &status, 0) > 0) ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
  printf("killed as a group: %d\n", ended);
  errno = 0;
  printf("gone: %d", kill(children[0], 0));
  printf(" ESRCH %d\n", errno == ESRCH);
  return 0;
}
