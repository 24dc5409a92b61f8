/* Cutting a mapped file: what stays is kept, what went comes back as zeros when the file grows again. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 3 * PAGE);
  char *p = map(3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  p[2 * PAGE] = 'T';
  p[50] = 'K';
  show("ftruncate", ftruncate(fd, 60));
  printf("size %ld, %c, byte 60 is %d\n", size_of(fd), p[50], p[60]);
  show("ftruncate", ftruncate(fd, 3 * PAGE));
  printf("%c %d %d %d\n", p[50], p[60], p[PAGE], p[2 * PAGE]);
  p[2 * PAGE] = 'N';
  char byte;
  if (pread(fd, &byte, 1, 2 * PAGE) != 1) return 1;
  printf("%c\n", byte);
  unlink("data");
}
