/* After fork a shared file mapping stays shared, a private one is copied on write by either side. */
#include <sys/wait.h>
#include "common.h"
int main(void) {
  int fd = make_file("data", 2 * PAGE);
  char *shared = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *private = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  private[1] = 'p';
  pid_t pid = fork();
  if (pid == 0) {
    shared[0] = 'C';
    private[1] = 'c';
    private[PAGE] = 'c';
    _exit(shared[0] == 'C' && private[1] == 'c' ? 0 : 1);
  }
  int status;
  waitpid(pid, &status, 0);
  printf("child %d: shared %c, private %c %c\n", WEXITSTATUS(status), shared[0], private[1], private[PAGE]);
  char byte;
  if (pread(fd, &byte, 1, 0) != 1) return 1;
  printf("file %c\n", byte);
  unlink("data");
}
