/* A child ended by its own wild write; the parent goes on and leaks. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  char *block = malloc(20);
  pid_t child = fork();
  if (child == 0) {
    *(volatile int *)0 = 1;
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  block = NULL;
  return WIFSIGNALED(status) && block == NULL ? 0 : 1;
}
