/* A shell's pipeline by hand: numbers | only primes | sum, with dup2 over standard streams. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void numbers(void) {
  for (int i = 2; i < 200; i++) printf("%d\n", i);
}

static void primes(void) {
  int n;
  while (scanf("%d", &n) == 1) {
    int prime = 1;
    for (int d = 2; d * d <= n; d++) prime &= n % d != 0;
    if (prime) printf("%d\n", n);
  }
}

static void sum(void) {
  int n, count = 0, total = 0;
  while (scanf("%d", &n) == 1) {
    count++;
    total += n;
  }
  printf("%d primes, sum %d\n", count, total);
}

int main(void) {
  void (*stages[])(void) = {numbers, primes, sum};
  int input = STDIN_FILENO;
  for (int i = 0; i < 3; i++) {
    int ends[2] = {-1, -1};
    if (i < 2 && pipe(ends) != 0) return 1;
    pid_t child = fork();
    if (child == 0) {
      if (input != STDIN_FILENO) {
        dup2(input, STDIN_FILENO);
        close(input);
      }
      if (i < 2) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
      }
      stages[i]();
      exit(i);
    }
    if (input != STDIN_FILENO) close(input);
    if (i < 2) close(ends[1]);
    input = ends[0];
  }
  int statuses = 0, status;
  while (wait(&status) > 0) statuses += WEXITSTATUS(status);
  printf("statuses %d\n", statuses);
  return 0;
}
