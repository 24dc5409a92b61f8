/* An orphan gets a new parent, and runs on. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  pid_t child = fork();
  if (child == 0) {
    pid_t self = getpid();
    if (fork() == 0) {
      while (getppid() == self) usleep(1000);
      char answer = getppid() != self ? 'o' : '?';
      write(ends[1], &answer, 1);
      _exit(0);
    }
    _exit(4);
  }
  int status;
  waitpid(child, &status, 0);
  close(ends[1]);
  char answer = '-';
  ssize_t n = read(ends[0], &answer, 1);
  printf("child ended with %d; grandchild: %zd %c\n", WEXITSTATUS(status), n, answer);
  printf("nobody of mine is left: %d\n", wait(NULL));
  return 0;
}
