#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Waits in every way at once: for a timer, for its child, for lines. What it kept of a line is lost with the next one. */

static volatile sig_atomic_t ticks, pokes;
static char *kept;

static void ticked(int signal) {
  (void)signal;
  ticks++;
  alarm(1);
}

static void poked(int signal) {
  (void)signal;
  pokes++;
}

static void child(int from, int to) {
  char letter;
  struct timespec pause = {0, 40000000};
  while (read(from, &letter, 1) == 1) {
    nanosleep(&pause, NULL);
    letter ^= 0x20;
    if (write(to, &letter, 1) != 1) break;
  }
  _exit(7);
}

int main(void) {
  int down[2], up[2], status;
  char line[80];
  struct sigaction action = {.sa_handler = ticked, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  action.sa_handler = poked;
  sigaction(SIGUSR1, &action, NULL);
  if (pipe(down) != 0 || pipe(up) != 0) return 1;
  pid_t other = fork();
  if (other == 0) {
    close(down[1]);
    close(up[0]);
    child(down[0], up[1]);
  }
  close(down[0]);
  close(up[1]);
  alarm(1);
  while (fgets(line, sizeof line, stdin) != NULL) {
    size_t length = strcspn(line, "\n");
    kept = malloc(length + 1);
    for (size_t i = 0; i < length; i++) {
      if (write(down[1], &line[i], 1) != 1 || read(up[0], &kept[i], 1) != 1) return 2;
    }
    kept[length] = '\0';
    printf("%s\n", kept);
  }
  close(down[1]);
  waitpid(other, &status, 0);
  printf("child %d, %s, %s\n", WEXITSTATUS(status), ticks > 0 ? "ticks" : "no tick", pokes > 0 ? "poked" : "left alone");
  return 0;
}
