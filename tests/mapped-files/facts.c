/* What stat says of files. */
#include "common.h"
int main(void) {
  struct stat facts;
  int fd = make_file("data", 5000);
  if (fstat(fd, &facts) != 0) return 1;
  printf("%ld bytes, regular %d, mode %o, blocks %ld\n", (long)facts.st_size, S_ISREG(facts.st_mode), (unsigned)facts.st_mode & 0777, (long)facts.st_blocks);
  ino_t number = facts.st_ino;
  if (stat("data", &facts) != 0) return 1;
  printf("same file %d\n", number == facts.st_ino);
  show("missing", stat("missing", &facts));
  show("closed", fstat(99, &facts));
  if (stat("/dev/null", &facts) != 0) return 1;
  printf("device %d\n", S_ISCHR(facts.st_mode));
  if (truncate("data", 123) != 0 || lstat("data", &facts) != 0) return 1;
  printf("%ld bytes\n", (long)facts.st_size);
  unlink("data");
}
