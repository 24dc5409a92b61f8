/* Unmapping the middle of a mapping leaves both sides as they were, and the gap can be used again. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 5 * PAGE);
  char *p = map(5 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  p[2 * PAGE] = '!';
  show("munmap", munmap(p + 2 * PAGE, PAGE));
  p[PAGE] = '1';
  p[3 * PAGE] = '3';
  char *q = mmap(p + 2 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED_NOREPLACE, fd, 2 * PAGE);
  printf("same place %d: %c\n", q == p + 2 * PAGE, *q);
  q = mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  printf("taken: %s\n", q == MAP_FAILED ? strerror(errno) : "ok");
  q = mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  printf("replaced %d: %d, next %c %c\n", q == p, *q, p[PAGE], p[3 * PAGE]);
  unlink("data");
}
