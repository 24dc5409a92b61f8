/* Three forks in a row make eight processes; each writes its path in a fixed order through waits. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int path = 1;
  for (int level = 0; level < 3; level++) {
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) path = path * 2 + 1;
    else {
      wait(NULL);
      path = path * 2;
    }
  }
  printf("leaf %d\n", path);
  return 0;
}
