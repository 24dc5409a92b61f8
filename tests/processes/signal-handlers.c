/* sigaction: flags, masks, what is inherited and what is not. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t seen[65], depth, deepest;

static void note(int number) {
  seen[number]++;
  if (++depth > deepest) deepest = depth;
  if (number == SIGUSR1 && seen[SIGUSR1] < 3) raise(SIGUSR1);
  depth--;
}

static void informed(int number, siginfo_t *information, void *context) {
  (void)context;
  seen[number] += information->si_signo == number && information->si_pid == getpid() ? 10 : 1000;
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("blocked while it runs: seen %d, deepest %d\n", (int)seen[SIGUSR1], (int)deepest);

  action.sa_flags = SA_NODEFER;
  seen[SIGUSR1] = deepest = 0;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("SA_NODEFER: seen %d, deepest %d\n", (int)seen[SIGUSR1], (int)deepest);

  action.sa_flags = (int)SA_RESETHAND;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR2);
  struct sigaction now;
  sigaction(SIGUSR2, NULL, &now);
  printf("SA_RESETHAND: seen %d, default again %d\n", (int)seen[SIGUSR2], now.sa_handler == SIG_DFL);

  struct sigaction full;
  memset(&full, 0, sizeof full);
  full.sa_sigaction = informed;
  full.sa_flags = SA_SIGINFO;
  sigaction(SIGHUP, &full, NULL);
  kill(getpid(), SIGHUP);
  printf("SA_SIGINFO: %d\n", (int)seen[SIGHUP]);

  pid_t child = fork();
  if (child == 0) {
    sigaction(SIGHUP, NULL, &now);
    raise(SIGHUP);
    _exit((now.sa_sigaction == informed) + (int)seen[SIGHUP]);
  }
  int status;
  wait(&status);
  printf("child inherits the handler: %d\n", WEXITSTATUS(status));
  printf("SIGKILL cannot be caught: %d\n", sigaction(SIGKILL, &action, NULL));
  return 0;
}
