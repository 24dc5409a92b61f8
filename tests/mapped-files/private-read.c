/* A private mapping shows the file, its partial last page filled up with zeros. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 2 * PAGE + 100);
  char *p = map(3 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  printf("%c %c %c %c\n", p[0], p[PAGE - 1], p[PAGE], p[2 * PAGE + 99]);
  int zeros = 1;
  for (int i = 2 * PAGE + 100; i < 3 * PAGE; i++) zeros &= p[i] == 0;
  printf("tail zero: %d\n", zeros);
  show("munmap", munmap(p, 3 * PAGE));
  unlink("data");
}
