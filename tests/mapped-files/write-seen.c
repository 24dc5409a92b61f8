/* write() shows in mappings, whether their pages were touched before or not. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 2 * PAGE);
  char *shared = map(2 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
  char *private = map(2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  printf("%c %c\n", shared[0], private[0]);
  if (pwrite(fd, "Z", 1, 0) != 1 || pwrite(fd, "Y", 1, PAGE) != 1) return 1;
  printf("%c %c %c %c\n", shared[0], private[0], shared[PAGE], private[PAGE]);
  lseek(fd, 0, SEEK_SET);
  for (int i = 0; i < 2 * PAGE; i++) if (write(fd, "0123456789" + i % 10, 1) != 1) return 1;
  printf("%.10s %.10s\n", shared + 4090, private + 4090);
  unlink("data");
}
