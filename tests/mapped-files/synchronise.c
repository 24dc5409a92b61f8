/* msync and fsync succeed whatever is dirty, and change nothing that can be seen. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 6 * PAGE);
  char *p = map(6 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 6; i += 2) p[i * PAGE] = (char)('0' + round);
    show("async", msync(p, 6 * PAGE, MS_ASYNC));
    show("sync", msync(p, 6 * PAGE, MS_SYNC));
    show("part", msync(p + 2 * PAGE, 1, MS_SYNC | MS_INVALIDATE));
    p[0] = (char)('A' + round);
    show("fsync", fsync(fd));
    show("fdatasync", fdatasync(fd));
  }
  printf("%c %c %c\n", p[0], p[2 * PAGE], p[PAGE]);
  munmap(p + 3 * PAGE, PAGE);
  show("hole", msync(p, 6 * PAGE, MS_SYNC));
  int again = open("data", O_RDONLY);
  char byte;
  if (pread(again, &byte, 1, 0) != 1) return 1;
  printf("%c\n", byte);
  unlink("data");
}
