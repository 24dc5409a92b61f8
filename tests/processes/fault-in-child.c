/* A child that runs wild is ended; its parent hears of it and goes on. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_fault(int number, siginfo_t *information, void *context) {
  (void)context;
  _exit(100 + (number == SIGSEGV) * 10 + (information->si_code == SEGV_MAPERR) + (information->si_addr == (void *)0x1000) * 2);
}

static int run(volatile int *where, int handled) {
  pid_t child = fork();
  if (child == 0) {
    if (handled) {
      struct sigaction action;
      memset(&action, 0, sizeof action);
      action.sa_sigaction = on_fault;
      action.sa_flags = SA_SIGINFO;
      sigaction(SIGSEGV, &action, NULL);
    }
    *where = 1;
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int main(void) {
  int fine = 0;
  printf("own memory %d, value here %d\n", run(&fine, 0), fine);
  printf("unmapped %d\n", run((int *)0x1000, 0));
  printf("kernel %d\n", run((int *)0xffff800000000000, 0));
  printf("handled %d\n", run((int *)0x1000, 1));
  return 0;
}
