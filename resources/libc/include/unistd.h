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
pid_t getppid(void);
pid_t fork(void);
pid_t vfork(void);
int pipe(int ends[2]) __PW_USED;
int dup(int fd) __PW_USED;
int dup2(int fd, int to);
unsigned int alarm(unsigned int seconds);
int pause(void);
int nice(int change) __PW_USED;
pid_t getpgrp(void);
pid_t getpgid(pid_t process);
int setpgid(pid_t process, pid_t group);
int execve(const char *path, char *const arguments[], char *const environment[]) __PW_NONNULL(1, 2);
int execv(const char *path, char *const arguments[]) __PW_NONNULL(1, 2);
int execvp(const char *file, char *const arguments[]) __PW_NONNULL(1, 2);
int execl(const char *path, const char *argument, ...) __PW_NONNULL(1, 2);
int execlp(const char *file, const char *argument, ...) __PW_NONNULL(1, 2);
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
int pipe2(int ends[2], int flags) __PW_USED;
extern char **environ;
#endif

#endif
