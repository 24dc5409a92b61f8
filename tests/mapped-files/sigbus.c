/* Touching a page wholly beyond the end of the file is SIGBUS. */
#include <signal.h>
#include "common.h"
static void caught(int number) {
  const char *text = number == SIGBUS ? "SIGBUS\n" : "another signal\n";
  if (write(1, text, strlen(text)) < 0) _exit(1);
  _exit(7);
}
int main(void) {
  signal(SIGBUS, caught);
  signal(SIGSEGV, caught);
  int fd = make_file("data", PAGE + 1);
  char *p = map(4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  printf("%c\n", p[PAGE]);
  p[2 * PAGE - 1] = 'x';
  unlink("data");
  fflush(stdout);
  p[2 * PAGE] = 'x';
  puts("not reached");
}
