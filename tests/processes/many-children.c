/* A hundred children, each with its own result; all are waited for. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 100

int main(void) {
  pid_t children[CHILDREN];
  for (int i = 0; i < CHILDREN; i++) {
    children[i] = fork();
    if (children[i] < 0) return 1;
    if (children[i] == 0) {
      volatile int sum = 0;
      for (int k = 0; k <= i; k++) sum += k;
      _exit(sum % 251);
    }
  }
  int total = 0, right = 0;
  for (int i = 0; i < CHILDREN; i++) {
    int status;
    if (waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status)) {
      total += WEXITSTATUS(status);
      right += WEXITSTATUS(status) == (i * (i + 1) / 2) % 251;
    }
  }
  printf("%d right, total %d, then wait: %d\n", right, total, wait(NULL));
  return 0;
}
