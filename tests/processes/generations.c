/* A chain of descendants; each waits for the next and adds one. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int descend(int depth) {
  if (depth == 0) return 0;
  pid_t child = fork();
  if (child == 0) _exit(descend(depth - 1));
  int status;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status) + 1;
}

int main(void) {
  printf("depth %d\n", descend(20));
  return 0;
}
