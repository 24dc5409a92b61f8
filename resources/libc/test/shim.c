/*
 * The machine's intrinsics on the host, so that the C library of the simulated system can be run natively and compared
 * with the host's own. The library's objects carry the prefix "pw_" on every symbol (objcopy --prefix-symbols); this
 * file is compiled against the host's headers and defines the intrinsics under that prefix.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static long result(long r) { return r < 0 ? -errno : r; }

void *pw___pw_memcpy(void *to, const void *from, size_t n) { return memcpy(to, from, n); }
void *pw___pw_memmove(void *to, const void *from, size_t n) { return memmove(to, from, n); }
void *pw___pw_memset(void *to, int byte, size_t n) { return memset(to, byte, n); }
int pw___pw_memcmp(const void *a, const void *b, size_t n) { return memcmp(a, b, n); }
void *pw___pw_memchr(const void *s, int byte, size_t n) { return (void *)memchr(s, byte, n); }
size_t pw___pw_strlen(const char *s) { return strlen(s); }
size_t pw___pw_strnlen(const char *s, size_t n) { return strnlen(s, n); }
int pw___pw_strcmp(const char *a, const char *b) { return strcmp(a, b); }
int pw___pw_strncmp(const char *a, const char *b, size_t n) { return strncmp(a, b, n); }
char *pw___pw_strcpy(char *to, const char *from) { return strcpy(to, from); }
char *pw___pw_strchr(const char *s, int c) { return (char *)strchr(s, c); }
char *pw___pw_strrchr(const char *s, int c) { return (char *)strrchr(s, c); }
void *pw___pw_malloc(size_t n) { return malloc(n); }
void pw___pw_free(void *p) { free(p); }
void *pw___pw_calloc(size_t n, size_t size) { return calloc(n, size); }
void *pw___pw_realloc(void *p, size_t n) { return realloc(p, n); }
void *pw___pw_memalign(size_t alignment, size_t n) { return memalign(alignment, n); }
size_t pw___pw_malloc_usable_size(void *p) { return malloc_usable_size(p); }
void pw___pw_freeres(void);
void pw___pw_exit(int status) {
  if (getenv("PW_FREERES") != NULL) pw___pw_freeres();
  _exit(status);
}
long pw___pw_write(int fd, const void *p, size_t n) { return result(write(fd, p, n)); }
long pw___pw_read(int fd, void *p, size_t n) { return result(read(fd, p, n)); }
int pw___pw_open(const char *path, int flags, int mode) { return (int)result(open(path, flags, mode)); }
int pw___pw_close(int fd) { return (int)result(close(fd)); }
long pw___pw_lseek(int fd, long offset, int whence) { return result(lseek(fd, offset, whence)); }
int pw___pw_unlink(const char *path) { return (int)result(unlink(path)); }
int pw___pw_rename(const char *from, const char *to) { return (int)result(rename(from, to)); }
int pw___pw_isatty(int fd) { return getenv("PW_TTY") != NULL && fd <= 2 ? 1 : isatty(fd); }
long pw___pw_sbrk(long increment) { return sbrk(increment) == (void *)-1 ? -ENOMEM : (long)sbrk(0); }
void *pw___pw_mmap(void *at, size_t n, int prot, int flags, int fd, long offset) {
  return (void *)result((long)mmap(at, n, prot, flags, fd, offset));
}
int pw___pw_munmap(void *at, size_t n) { return (int)result(munmap(at, n)); }
int pw___pw_mprotect(void *at, size_t n, int prot) { return (int)result(mprotect(at, n, prot)); }
int pw___pw_raise(int number) { return (int)result(raise(number)); }
void *pw___pw_signal(int number, void *handler) {
  void *old = (void *)signal(number, (void (*)(int))handler);
  return old == (void *)-1 ? (void *)(long)-errno : old;
}
void pw___pw_abort(void) { abort(); }
long long pw___pw_clock_gettime(int clock) {
  struct timespec t;
  clock_gettime((clockid_t)clock, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}
int pw___pw_getpid(void) { return getpid(); }
void pw___pw_nanosleep(unsigned long ns) {
  struct timespec t = {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
  nanosleep(&t, NULL);
}
void pw___pw_assert_record(const char *assertion, const char *file, int line, const char *function) {
  (void)assertion, (void)file, (void)line, (void)function;
}
