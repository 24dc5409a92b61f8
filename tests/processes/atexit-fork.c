/* Handlers of atexit are inherited, and run in each process that exits. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *who = "parent";
static void leave(void) { printf("%s leaves\n", who); }

int main(void) {
  atexit(leave);
  if (fork() == 0) {
    who = "child";
    exit(0);
  }
  wait(NULL);
  if (fork() == 0) _exit(0);
  wait(NULL);
  return 0;
}
