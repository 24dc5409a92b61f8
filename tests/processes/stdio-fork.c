/* What stands in a stream's buffer at the fork is in both processes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  printf("buffered ");
  pid_t child = fork();
  if (child == 0) {
    printf("child\n");
    exit(0);
  }
  wait(NULL);
  printf("parent\n");
  fflush(stdout);
  child = fork();
  if (child == 0) {
    printf("lost by _exit\n");
    _exit(0);
  }
  wait(NULL);
  printf("end\n");
  return 0;
}
