/* A zombie still has its number until it is waited for. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  pid_t child = fork();
  if (child == 0) _exit(6);
  close(ends[1]);
  char byte;
  printf("its descriptors closed: %zd\n", read(ends[0], &byte, 1));
  usleep(1000);
  printf("still known: %d\n", kill(child, 0));
  int status;
  waitpid(child, &status, 0);
  errno = 0;
  int gone = kill(child, 0);
  printf("status %d, then known: %d ESRCH %d\n", WEXITSTATUS(status), gone, errno == ESRCH);
  return 0;
}
