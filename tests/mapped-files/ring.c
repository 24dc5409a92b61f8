/* A ring buffer whose pages are mapped twice, one after the other: a record that wraps is contiguous. */
#include "common.h"
int main(void) {
  int fd = make_file("ring", PAGE);
  char *place = map(2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *ring = mmap(place, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
  char *mirror = mmap(place + PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
  printf("side by side %d\n", mirror == ring + PAGE);
  unsigned long at = 0;
  char last[64] = "";
  for (int i = 0; i < 500; i++) {
    int n = sprintf(ring + at, "record number %d;", i);
    if (at + (unsigned long)n > PAGE) sprintf(last, "%.*s", n, ring + at);
    at = (at + (unsigned long)n) % PAGE;
  }
  printf("wrapped: %s, at %lu, start %.10s\n", last, at, ring);
  printf("equal %d\n", memcmp(ring, mirror, PAGE));
  unlink("ring");
}
