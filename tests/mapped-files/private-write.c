/* Writing to a private mapping copies the page: neither the file nor another mapping sees it. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 2 * PAGE);
  char *mine = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  char *other = map(2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  mine[10] = 'X';
  char byte;
  if (pread(fd, &byte, 1, 10) != 1) return 1;
  printf("mine %c, other %c, file %c\n", mine[10], other[10], byte);
  /* The untouched page still follows the file, the copied one does not. */
  if (pwrite(fd, "FF", 2, 20) != 2 || pwrite(fd, "GG", 2, PAGE + 20) != 2) return 1;
  printf("copied page %c, untouched page %c\n", mine[20], mine[PAGE + 20]);
  unlink("data");
}
