/* Parent and child leak on their own; each reports for itself. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  char *shared = malloc(100);
  char *kept = malloc(7);
  pid_t child = fork();
  if (child == 0) {
    char *own = malloc(30);
    own[0] = 1;
    own = NULL;
    free(shared);
    exit(3);
  }
  int status;
  waitpid(child, &status, 0);
  shared = NULL;
  kept[0] = (char)WEXITSTATUS(status);
  free(kept);
  return 0;
}
