/* O_NONBLOCK: EAGAIN in place of waiting; how much a pipe holds. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFL, fcntl(ends[i], F_GETFL) | O_NONBLOCK);
  char block[4096];
  memset(block, 'p', sizeof block);
  errno = 0;
  ssize_t empty = read(ends[0], block, 1);
  printf("empty: %zd EAGAIN %d\n", empty, errno == EAGAIN);
  memset(block, 'p', sizeof block);
  long filled = 0;
  ssize_t n;
  while ((n = write(ends[1], block, sizeof block)) > 0) filled += n;
  printf("holds %ld bytes, then EAGAIN %d\n", filled, errno == EAGAIN);
  long drained = 0;
  while ((n = read(ends[0], block, 1000)) > 0) drained += n;
  printf("drained %ld\n", drained);
  return 0;
}
