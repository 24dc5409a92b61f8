/* Two shared mappings of one file at different places are the same memory. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 4 * PAGE);
  char *whole = map(4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *upper = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 2 * PAGE);
  upper[0] = 'U';
  whole[3 * PAGE] = 'W';
  printf("%c %c\n", whole[2 * PAGE], upper[PAGE]);
  long sum = 0;
  for (int i = 0; i < 1000; i++) { whole[2 * PAGE + i] = (char)i; sum += upper[i] - whole[2 * PAGE + i]; }
  printf("difference %ld\n", sum);
  munmap(whole, 4 * PAGE);
  printf("%d\n", upper[999]);
  unlink("data");
}
