/* An error before the fork is in both processes' counts; one after it is the child's alone. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  char *block = malloc(10);
  block[10] = 1;
  pid_t child = fork();
  if (child == 0) {
    block[11] = 2;
    free(block);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  free(block);
  return 0;
}
