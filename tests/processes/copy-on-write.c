/* After fork each process has its own globals, heap and stack, at the same addresses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int counter = 10;
static char text[] = "before";

int main(void) {
  int local = 1;
  int *numbers = malloc(5000 * sizeof *numbers);
  for (int i = 0; i < 5000; i++) numbers[i] = i;
  void *places[4] = {&counter, text, &local, numbers};
  pid_t child = fork();
  if (child == 0) {
    void *mine[4] = {&counter, text, &local, numbers};
    counter = 20;
    strcpy(text, "child");
    local = 2;
    for (int i = 0; i < 5000; i += 7) numbers[i] = -1;
    long sum = 0;
    for (int i = 0; i < 5000; i++) sum += numbers[i];
    printf("child: %d %s %d %ld, same addresses: %d\n", counter, text, local, sum, memcmp(places, mine, sizeof places) == 0);
    free(numbers);
    return 5;
  }
  int status;
  waitpid(child, &status, 0);
  long sum = 0;
  for (int i = 0; i < 5000; i++) sum += numbers[i];
  printf("parent: %d %s %d %ld, child's status %d\n", counter, text, local, sum, WEXITSTATUS(status));
  free(numbers);
  return 0;
}
