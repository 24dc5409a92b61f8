/* The system calls of POSIX that the simulated system has (unistd.h(0p)). */
#ifndef _UNISTD_H
#define _UNISTD_H 1

#include <features.h>
#include <sys/types.h>

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE 30
#define _SC_NPROCESSORS_ONLN 84

__PW_NORETURN void _exit(int status);
ssize_t read(int fd, void *to, size_t n) __PW_USED;
ssize_t write(int fd, const void *from, size_t n) __PW_USED;
int close(int fd);
off_t lseek(int fd, off_t offset, int whence);
ssize_t pread(int fd, void *to, size_t n, off_t offset);
ssize_t pwrite(int fd, const void *from, size_t n, off_t offset);
int ftruncate(int fd, off_t length);
int truncate(const char *path, off_t length) __PW_NONNULL(1);
int fsync(int fd);
int fdatasync(int fd);
int unlink(const char *path) __PW_NONNULL(1);
int isatty(int fd);
pid_t getpid(void);
unsigned int sleep(unsigned int seconds);
int usleep(useconds_t microseconds);
int getpagesize(void) __PW_CONST;
long sysconf(int name);
void *sbrk(intptr_t increment);
int brk(void *end);

#if defined __PW_POSIX
#include <getopt.h>
#endif

#if defined __PW_GNU
extern char **environ;
#endif

#endif
