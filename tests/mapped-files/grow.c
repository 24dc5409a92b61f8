/* A mapping may be longer than its file: pages become usable as the file grows. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 0);
  char *p = map(8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  for (int pages = 1; pages <= 8; pages *= 2) {
    if (ftruncate(fd, (off_t)pages * PAGE) != 0) return 1;
    long sum = 0;
    for (int i = 0; i < pages; i++) { sum += p[i * PAGE]; p[i * PAGE]++; }
    printf("%d pages: %ld\n", pages, sum);
  }
  if (pwrite(fd, "end", 3, 8 * PAGE) != 3) return 1;
  printf("size %ld\n", size_of(fd));
  unlink("data");
}
