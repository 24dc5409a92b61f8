/* What mmap and its relatives refuse, and how (mmap(2), ERRORS). */
#include "common.h"
static void tried(const char *what, void *p) { printf("%s: %s\n", what, p == MAP_FAILED ? strerror(errno) : "ok"); }
int main(void) {
  int both = make_file("data", 2 * PAGE);
  int reading = open("data", O_RDONLY), writing = open("data", O_WRONLY), null = open("/dev/null", O_RDWR);
  tried("length 0", mmap(NULL, 0, PROT_READ, MAP_PRIVATE, both, 0));
  tried("offset 100", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, both, 100));
  tried("no type", mmap(NULL, PAGE, PROT_READ, 0, both, 0));
  tried("descriptor 99", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0));
  tried("descriptor -1", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, -1, 0));
  tried("shared, writable, read-only file", mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, reading, 0));
  tried("private, writable, read-only file", mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, reading, 0));
  tried("write-only file", mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, writing, 0));
  tried("/dev/null", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, null, 0));
  tried("huge", mmap(NULL, (size_t)1 << 50, PROT_READ, MAP_PRIVATE, both, 0));
  tried("fixed, unaligned", mmap((void *)0x12345, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, both, 0));
  char *p = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, both, 0);
  show("munmap unaligned", munmap(p + 1, PAGE));
  show("munmap length 0", munmap(p, 0));
  show("munmap of nothing", munmap((void *)0x100000, PAGE));
  show("msync unaligned", msync(p + 1, PAGE, MS_SYNC));
  show("msync both ways", msync(p, PAGE, MS_SYNC | MS_ASYNC));
  show("msync wrong flag", msync(p, PAGE, 64));
  show("msync unmapped", msync((void *)0x100000, PAGE, MS_SYNC));
  show("madvise wrong advice", madvise(p, PAGE, 9999));
  show("madvise unaligned", madvise(p + 8, PAGE, MADV_NORMAL));
  show("mprotect unmapped", mprotect((void *)0x100000, PAGE, PROT_READ));
  show("mprotect unaligned", mprotect(p + 1, PAGE, PROT_READ));
  show("ftruncate read-only", ftruncate(reading, 10));
  show("ftruncate negative", ftruncate(both, -1));
  show("ftruncate closed", ftruncate(99, 1));
  show("truncate missing", truncate("missing", 1));
  show("fsync closed", fsync(99));
  unlink("data");
}
