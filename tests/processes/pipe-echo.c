/* A request and an answer through two pipes. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int down[2], up[2];
  if (pipe(down) != 0 || pipe(up) != 0) return 1;
  pid_t child = fork();
  if (child == 0) {
    close(down[1]);
    close(up[0]);
    char buffer[64];
    ssize_t n;
    while ((n = read(down[0], buffer, sizeof buffer)) > 0) {
      for (ssize_t i = 0; i < n; i++) buffer[i] = (char)toupper((unsigned char)buffer[i]);
      write(up[1], buffer, (size_t)n);
    }
    return 0;
  }
  close(down[0]);
  close(up[1]);
  const char *lines[] = {"hello\n", "from the other side\n", "bye\n"};
  for (int i = 0; i < 3; i++) {
    char buffer[64];
    write(down[1], lines[i], strlen(lines[i]));
    ssize_t n = read(up[0], buffer, sizeof buffer);
    printf("%zd bytes: %.*s", n, (int)n, buffer);
  }
  close(down[1]);
  char rest;
  printf("end of file: %zd\n", read(up[0], &rest, 1));
  wait(NULL);
  return 0;
}
