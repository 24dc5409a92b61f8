/* mincore: anonymous pages are resident once touched, pages of a file that was just written are in the page cache. */
#include "common.h"
int main(void) {
  unsigned char in[8];
  char *p = map(8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[PAGE] = 1;
  p[5 * PAGE] = 1;
  show("mincore", mincore(p, 8 * PAGE, in));
  for (int i = 0; i < 8; i++) printf("%d", in[i] & 1);
  putchar('\n');
  int fd = make_file("data", 4 * PAGE);
  char *q = map(4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
  show("mincore", mincore(q, 4 * PAGE, in));
  for (int i = 0; i < 4; i++) printf("%d", in[i] & 1);
  putchar('\n');
  munmap(p + PAGE, PAGE);
  show("hole", mincore(p, 4 * PAGE, in));
  show("unaligned", mincore(p + 1, PAGE, in));
  unlink("data");
}
