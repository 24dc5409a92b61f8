/* A megabyte through a pipe of 64 KiB: writer and reader take turns; every byte arrives in order. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOTAL (1 << 20)

int main(void) {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    unsigned char *data = malloc(TOTAL);
    for (int i = 0; i < TOTAL; i++) data[i] = (unsigned char)(i * 31 + (i >> 8));
    ssize_t n = write(ends[1], data, TOTAL);
    free(data);
    return n == TOTAL ? 0 : 1;
  }
  close(ends[1]);
  static unsigned char buffer[10000];
  long at = 0, wrong = 0;
  ssize_t n;
  while ((n = read(ends[0], buffer, sizeof buffer)) > 0) {
    for (ssize_t i = 0; i < n; i++, at++) wrong += buffer[i] != (unsigned char)(at * 31 + (at >> 8));
  }
  int status;
  wait(&status);
  printf("%ld bytes, %ld wrong, writer's status %d\n", at, wrong, WEXITSTATUS(status));
  return 0;
}
