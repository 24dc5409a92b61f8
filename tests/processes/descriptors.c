/* dup shares the offset; so does fork; two opens do not. Numbers are the lowest free ones. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int fd = open("/tmp/pagewise-descriptors-test", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(fd, "0123456789abcdef", 16);
  lseek(fd, 0, SEEK_SET);
  int twin = dup(fd);
  int other = open("/tmp/pagewise-descriptors-test", O_RDONLY);
  char a[5] = "", b[5] = "", c[5] = "";
  read(fd, a, 4);
  read(twin, b, 4);
  read(other, c, 4);
  printf("%s %s %s, numbers in a row %d\n", a, b, c, twin == fd + 1 && other == fd + 2);
  pid_t child = fork();
  if (child == 0) {
    read(fd, a, 4);
    return a[0] == '8' ? 1 : 2;
  }
  int status;
  wait(&status);
  read(fd, a, 4);
  printf("child read on: %d, parent goes on at %c\n", WEXITSTATUS(status), a[0]);
  close(twin);
  printf("lowest free again: %d\n", dup(fd) == twin);
  printf("dup2 to itself: %d, of a closed one: %d\n", dup2(fd, fd) == fd, dup2(99, 5));
  int high = fcntl(fd, F_DUPFD, 20);
  printf("F_DUPFD: %d, close on exec %d", high, fcntl(high, F_GETFD));
  fcntl(high, F_SETFD, FD_CLOEXEC);
  printf(" %d\n", fcntl(high, F_GETFD));
  unlink("/tmp/pagewise-descriptors-test");
  return 0;
}
