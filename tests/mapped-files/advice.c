/* MADV_DONTNEED: private changes are lost, shared ones are not, anonymous memory is zero again. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 2 * PAGE);
  char *private = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  char *shared = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *nothing = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  private[0] = 'X';
  shared[PAGE] = 'S';
  nothing[0] = nothing[PAGE] = 'N';
  show("private", madvise(private, PAGE, MADV_DONTNEED));
  show("shared", madvise(shared, 2 * PAGE, MADV_DONTNEED));
  show("anonymous", madvise(nothing, PAGE, MADV_DONTNEED));
  printf("%c %c %d %c\n", private[0], shared[PAGE], nothing[0], nothing[PAGE]);
  show("sequential", madvise(shared, PAGE, MADV_SEQUENTIAL));
  show("random", madvise(shared, 2 * PAGE, MADV_RANDOM));
  show("will need", madvise(shared, 2 * PAGE, MADV_WILLNEED));
  show("posix", posix_madvise(private, PAGE, POSIX_MADV_NORMAL));
  printf("fadvise %d %d %d\n", posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL), posix_fadvise(fd, 0, PAGE, POSIX_FADV_WILLNEED), posix_fadvise(99, 0, 0, POSIX_FADV_NORMAL) == EBADF);
  printf("%c %c\n", private[0], shared[PAGE]);
  unlink("data");
}
