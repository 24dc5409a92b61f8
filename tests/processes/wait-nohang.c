/* WNOHANG answers at once; a blocking wait gets whoever ends. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int gate[2];
  if (pipe(gate) != 0) return 1;
  pid_t child = fork();
  if (child == 0) {
    char byte;
    close(gate[1]);
    while (read(gate[0], &byte, 1) > 0) {}
    return 9;
  }
  close(gate[0]);
  int status = 77;
  printf("running: %d, status untouched %d\n", waitpid(child, &status, WNOHANG), status);
  close(gate[1]);
  int polls = 0, done;
  while ((done = waitpid(-1, &status, WNOHANG)) == 0) {
    polls++;
    usleep(1000);
  }
  printf("ended: %d, status %d, polled %d\n", done == child, WEXITSTATUS(status), polls >= 0);
  printf("again: %d\n", waitpid(child, &status, WNOHANG));
  return 0;
}
