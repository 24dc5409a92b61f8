/* A pipe between parent and child, blocks freed on the other side of the fork. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  char *text = malloc(16);
  strcpy(text, "over the fork");
  if (fork() == 0) {
    write(ends[1], text, 14);
    free(text);
    char *lost = malloc(5);
    lost[0] = 'x';
    return 0;
  }
  char *answer = malloc(14);
  read(ends[0], answer, 14);
  wait(NULL);
  int same = strcmp(text, answer) == 0;
  free(text);
  return same ? 0 : 2;
}
