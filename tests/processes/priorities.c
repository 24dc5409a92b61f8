/* nice: inherited, bounded; the yielding of the processor. */
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int first = getpriority(PRIO_PROCESS, 0);
  printf("nice %d\n", nice(5) - first);
  pid_t child = fork();
  if (child == 0) {
    int mine = getpriority(PRIO_PROCESS, 0) - first;
    setpriority(PRIO_PROCESS, 0, 40);
    _exit(mine * 10 + (getpriority(PRIO_PROCESS, 0) == 19));
  }
  int status;
  wait(&status);
  printf("child %d, parent %d\n", WEXITSTATUS(status), getpriority(PRIO_PROCESS, 0) - first);
  printf("yield %d\n", sched_yield());
  return 0;
}
