/* pread and pwrite leave the offset alone; holes are zeros; O_APPEND appends whatever pwrite says. */
#include "common.h"
int main(void) {
  int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (write(fd, "hello", 5) != 5) return 1;
  printf("pwrite %zd\n", pwrite(fd, "far", 3, 3 * PAGE + 10));
  printf("offset %ld, size %ld\n", (long)lseek(fd, 0, SEEK_CUR), size_of(fd));
  char *p = map(4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
  printf("%.5s %d %d %.3s\n", p, p[5], p[2 * PAGE], p + 3 * PAGE + 10);
  char text[8] = {0};
  printf("pread %zd %s\n", pread(fd, text, 7, 2), text);
  printf("at end %zd\n", pread(fd, text, 7, 4 * PAGE));
  show("negative", pread(fd, text, 1, -1));
  int appending = open("data", O_WRONLY | O_APPEND);
  printf("appended %zd\n", pwrite(appending, "tail", 4, 0));
  printf("size %ld, %.4s\n", size_of(fd), p + 3 * PAGE + 13);
  show("read from write-only", pread(appending, text, 1, 0));
  unlink("data");
}
