#include <signal.h>
#include <stdlib.h>

int main(void) {
  char *p = malloc(9);
  p[0] = 1;
  raise(SIGTERM);
  return 0;
}
