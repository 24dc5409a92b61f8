/* Shared anonymous memory between parent and children; private memory is each one's own. */
#include <sys/wait.h>
#include "common.h"
int main(void) {
  int *shared = (int *)map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int *private = (int *)map(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  private[0] = 1;
  for (int child = 0; child < 4; child++) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
      shared[child] = 100 + child;
      shared[1024] += child;
      private[0] += 10;
      _exit(private[0]);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("child %d left %d\n", child, WEXITSTATUS(status));
  }
  printf("%d %d %d %d, sum %d, mine %d\n", shared[0], shared[1], shared[2], shared[3], shared[1024], private[0]);
}
