/* Writing where nobody reads: SIGPIPE, or EPIPE when it is ignored. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  close(ends[0]);
  pid_t child = fork();
  if (child == 0) {
    write(ends[1], "x", 1);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  printf("killed by SIGPIPE: %d\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
  signal(SIGPIPE, SIG_IGN);
  errno = 0;
  ssize_t n = write(ends[1], "x", 1);
  printf("ignored: %zd, EPIPE %d\n", n, errno == EPIPE);
  return 0;
}
