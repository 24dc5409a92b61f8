/* A handler interrupts a waiting call: EINTR, or the call is made again with SA_RESTART. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t seen;
static void note(int number) {
  (void)number;
  seen++;
}

static void read_with(int flags) {
  int ends[2];
  if (pipe(ends) != 0) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  action.sa_flags = flags;
  sigaction(SIGUSR1, &action, NULL);
  seen = 0;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    kill(parent, SIGUSR1);
    usleep(20000);
    write(ends[1], "z", 1);
    _exit(0);
  }
  char byte = '-';
  errno = 0;
  ssize_t n = read(ends[0], &byte, 1);
  int interrupted = n < 0 && errno == EINTR;
  printf("flags %s: read %zd, EINTR %d, handled %d, byte %c\n", flags ? "SA_RESTART" : "none", n, interrupted, (int)seen, byte);
  int status;
  while (wait(&status) < 0 && errno == EINTR) {}
  close(ends[0]);
  close(ends[1]);
}

int main(void) {
  read_with(0);
  read_with(SA_RESTART);
  return 0;
}
