/* A page that was used is gone when the file is cut, from private mappings too. */
#include <signal.h>
#include "common.h"
static void caught(int number) {
  const char *text = number == SIGBUS ? "SIGBUS\n" : "another signal\n";
  if (write(1, text, strlen(text)) < 0) _exit(1);
  _exit(0);
}
int main(void) {
  signal(SIGBUS, caught);
  int fd = make_file("data", 2 * PAGE);
  char *p = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  p[PAGE] = 'C';
  printf("%c %c\n", p[0], p[PAGE]);
  if (ftruncate(fd, PAGE) != 0) return 1;
  printf("%c\n", p[0]);
  unlink("data");
  fflush(stdout);
  printf("%c\n", p[PAGE]);
  puts("not reached");
}
