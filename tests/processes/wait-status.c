/* Every way to end, as wait tells it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *what, int status) {
  printf("%-12s exited %d (%d) signaled %d (%d) stopped %d\n", what, WIFEXITED(status), WIFEXITED(status) ? WEXITSTATUS(status) : -1,
         WIFSIGNALED(status), WIFSIGNALED(status) ? WTERMSIG(status) : -1, WIFSTOPPED(status));
}

static void run(const char *what, void (*body)(void)) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = -1;
  if (waitpid(child, &status, 0) != child) printf("waitpid failed\n");
  tell(what, status);
}

static void exits(void) { exit(42); }
static void quits(void) { _exit(300); }
static void returns(void) {}
static void kills(void) { kill(getpid(), SIGKILL); }
static void terminates(void) { raise(SIGTERM); }
static void user(void) { kill(getpid(), SIGUSR1); }

int main(void) {
  run("exit", exits);
  run("_exit", quits);
  run("return", returns);
  run("SIGKILL", kills);
  run("SIGTERM", terminates);
  run("SIGUSR1", user);
  errno = 0;
  int status;
  int none = wait(&status);
  printf("no child left: %d, ECHILD %d\n", none, errno == ECHILD);
  errno = 0;
  none = waitpid(getpid(), &status, 0);
  printf("not a child: %d, ECHILD %d\n", none, errno == ECHILD);
  return 0;
}
