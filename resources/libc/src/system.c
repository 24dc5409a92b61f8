/* System calls of POSIX (unistd.h, fcntl.h, sys/mman.h) and signals, over the machine's intrinsics. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "intrinsics.h"
#include "stream.h"

#define PAGE_BYTES 4096

ssize_t read(int fd, void *to, size_t n) { return __pw_result(__pw_read(fd, to, n)); }

ssize_t write(int fd, const void *from, size_t n) { return __pw_result(__pw_write(fd, from, n)); }

ssize_t pread(int fd, void *to, size_t n, off_t offset) { return __pw_result(__pw_pread(fd, to, n, offset)); }

ssize_t pwrite(int fd, const void *from, size_t n, off_t offset) { return __pw_result(__pw_pwrite(fd, from, n, offset)); }

int open(const char *path, int flags, ...) {
  int mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, int);
    va_end(arguments);
  }
  return (int)__pw_result(__pw_open(path, flags, mode));
}

int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

int close(int fd) { return (int)__pw_result(__pw_close(fd)); }

off_t lseek(int fd, off_t offset, int whence) { return __pw_result(__pw_lseek(fd, offset, whence)); }

int unlink(const char *path) { return (int)__pw_result(__pw_unlink(path)); }

int isatty(int fd) {
  if (__pw_isatty(fd) == 1) return 1;
  errno = ENOTTY;
  return 0;
}

pid_t getpid(void) { return __pw_getpid(); }

int getpagesize(void) { return PAGE_BYTES; }

long sysconf(int name) {
  switch (name) {
    case _SC_PAGESIZE: return PAGE_BYTES;
    case _SC_NPROCESSORS_ONLN: return 1;
    default: errno = EINVAL; return -1;
  }
}

/* The old program break; (void *)-1 with ENOMEM when it cannot move. */
void *sbrk(intptr_t increment) {
  long now = __pw_result(__pw_sbrk(increment));
  return now < 0 ? (void *)-1 : (void *)(now - increment);
}

int brk(void *end) {
  long now = __pw_result(__pw_sbrk(0));
  return now < 0 || sbrk((long)end - now) == (void *)-1 ? -1 : 0;
}

/* Addresses are positive here: a negative result is -errno. */
void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset) {
  long result = (long)__pw_mmap(at, n, prot, flags, fd, offset);
  return (void *)__pw_result(result);
}

int munmap(void *at, size_t n) { return (int)__pw_result(__pw_munmap(at, n)); }

int mprotect(void *at, size_t n, int prot) { return (int)__pw_result(__pw_mprotect(at, n, prot)); }

int msync(void *at, size_t n, int flags) { return (int)__pw_result(__pw_msync(at, n, flags)); }

int madvise(void *at, size_t n, int advice) { return (int)__pw_result(__pw_madvise(at, n, advice)); }

/* Advice as POSIX has it: the error is the result, and DONTNEED loses nothing, so it does nothing. */
int posix_madvise(void *at, size_t n, int advice) { return advice == POSIX_MADV_DONTNEED ? 0 : -__pw_madvise(at, n, advice); }

int mincore(void *at, size_t n, unsigned char *resident) { return (int)__pw_result(__pw_mincore(at, n, resident)); }

int ftruncate(int fd, off_t length) { return (int)__pw_result(__pw_ftruncate(fd, length)); }

int truncate(const char *path, off_t length) { return (int)__pw_result(__pw_truncate(path, length)); }

int fsync(int fd) { return (int)__pw_result(__pw_fsync(fd)); }

int fdatasync(int fd) { return (int)__pw_result(__pw_fsync(fd)); }

int posix_fadvise(int fd, off_t offset, off_t n, int advice) { return __pw_fadvise(fd, offset, n, advice); }

/* All that the file system keeps of a file; nobody owns it and it was never accessed at another time than it was changed. */
static int fill_stat(int result, const long facts[5], struct stat *to) {
  if (result < 0) {
    errno = -result;
    return -1;
  }
  *to = (struct stat){.st_mode = (mode_t)facts[1], .st_ino = (ino_t)facts[2], .st_nlink = 1, .st_size = facts[0], .st_blksize = PAGE_BYTES, .st_blocks = facts[3]};
  to->st_mtim.tv_sec = facts[4] / 1000000000;
  to->st_mtim.tv_nsec = facts[4] % 1000000000;
  to->st_atim = to->st_ctim = to->st_mtim;
  return 0;
}

int fstat(int fd, struct stat *to) {
  long facts[5] = {0};
  return fill_stat(__pw_fstat(fd, facts), facts, to);
}

int stat(const char *restrict path, struct stat *restrict to) {
  long facts[5] = {0};
  return fill_stat(__pw_stat(path, facts), facts, to);
}

/* There are no symbolic links. */
int lstat(const char *restrict path, struct stat *restrict to) { return stat(path, to); }

int raise(int number) { return (int)__pw_result(__pw_raise(number)); }

__sighandler_t signal(int number, __sighandler_t handler) {
  long previous = (long)__pw_signal(number, (void *)handler);
  /* SIG_DFL, SIG_IGN and code addresses are not negative. */
  return previous < 0 ? (errno = (int)-previous, SIG_ERR) : (__sighandler_t)previous;
}
