/* A file of many pages, written sparsely and read through a mapping in another order. */
#include "common.h"
int main(void) {
  enum { PAGES = 600 };
  int fd = open("large", O_RDWR | O_CREAT | O_TRUNC, 0644);
  for (int i = 0; i < PAGES; i += 3) {
    char text[32];
    int n = sprintf(text, "page %d", i);
    if (pwrite(fd, text, (size_t)n, (off_t)i * PAGE + i) != n) return 1;
  }
  if (ftruncate(fd, (off_t)PAGES * PAGE) != 0) return 1;
  char *p = map(PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  long written = 0, zeros = 0;
  for (int k = 0; k < PAGES; k++) {
    int i = k * 7 % PAGES;
    if (p[i * PAGE + i] == 'p') written++;
    else zeros += p[i * PAGE + i] == 0;
    p[i * PAGE + PAGE - 1] = (char)i;
  }
  long sum = 0;
  for (int i = 0; i < PAGES; i++) {
    char byte;
    if (pread(fd, &byte, 1, (off_t)i * PAGE + PAGE - 1) != 1) return 1;
    sum += byte;
  }
  printf("written %ld, zero %ld, sum %ld\n", written, zeros, sum);
  unlink("large");
}
