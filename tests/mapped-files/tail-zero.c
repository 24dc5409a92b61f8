/* Bytes written beyond the end of the file in its last page never reach the file. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 100);
  char *p = map(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  p[99] = 'L';
  strcpy(p + 200, "beyond");
  show("msync", msync(p, PAGE, MS_SYNC));
  printf("size %ld\n", size_of(fd));
  char buffer[300];
  printf("read %zd\n", pread(fd, buffer, sizeof buffer, 0));
  printf("last byte %c\n", buffer[99]);
  unlink("data");
}
