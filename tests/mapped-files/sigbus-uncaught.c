/* Nobody catches it: the program ends by SIGBUS. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 10);
  char *p = map(2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  unlink("data");
  puts("before");
  fflush(stdout);
  return p[PAGE];
}
