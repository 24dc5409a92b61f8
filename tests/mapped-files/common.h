/* What the programs about mapped files share: a file of known bytes, and words for errors. */
#ifndef MAPPED_FILES_COMMON_H
#define MAPPED_FILES_COMMON_H
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096

/* A new file of `bytes` bytes, 'a', 'b', ... by page; its descriptor, open for both. */
static inline int make_file(const char *path, long bytes) {
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) { perror(path); exit(2); }
  char page[PAGE];
  for (long done = 0; done < bytes;) {
    long part = bytes - done < PAGE ? bytes - done : PAGE;
    memset(page, 'a' + (int)(done / PAGE % 26), (size_t)part);
    if (write(fd, page, (size_t)part) != part) { perror("write"); exit(2); }
    done += part;
  }
  return fd;
}

static inline char *map(size_t n, int prot, int flags, int fd, off_t offset) {
  char *p = mmap(NULL, n, prot, flags, fd, offset);
  if (p == MAP_FAILED) { printf("mmap: %s\n", strerror(errno)); exit(3); }
  return p;
}

static inline void show(const char *what, long result) {
  if (result < 0) printf("%s: %s\n", what, strerror(errno));
  else printf("%s: ok\n", what);
}

static inline long size_of(int fd) {
  struct stat facts;
  if (fstat(fd, &facts) != 0) { perror("fstat"); exit(2); }
  return (long)facts.st_size;
}
#endif
