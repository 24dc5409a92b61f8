/* A mapped file lives on after unlink and close. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 2 * PAGE);
  char *p = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  show("unlink", unlink("data"));
  show("close", close(fd));
  p[5] = 'u';
  printf("%c%c\n", p[4], p[5]);
  printf("open again: %s\n", open("data", O_RDONLY) < 0 ? strerror(errno) : "ok");
  int other = make_file("data", PAGE);
  char *q = map(PAGE, PROT_READ, MAP_SHARED, other, 0);
  printf("%c%c, new file %c\n", p[4], p[5], q[5]);
  unlink("data");
}
