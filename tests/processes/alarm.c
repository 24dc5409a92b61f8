/* alarm and pause: the clock goes on while nobody runs. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t rang;
static void ring(int number) {
  (void)number;
  rang++;
}

int main(void) {
  signal(SIGALRM, ring);
  time_t start = time(NULL);
  printf("none before: %u\n", alarm(10));
  printf("left of it: %u\n", alarm(2));
  errno = 0;
  int result = pause();
  long took = (long)(time(NULL) - start);
  printf("pause %d EINTR %d, rang %d, %s\n", result, errno == EINTR, (int)rang, took >= 2 && took <= 3 ? "two seconds" : "another time");
  alarm(1);
  unsigned left = sleep(5);
  printf("sleep had %s left, rang %d\n", left == 3 || left == 4 ? "about four" : "other", (int)rang);
  alarm(5);
  printf("cancelled with %u left\n", alarm(0));
  return 0;
}
