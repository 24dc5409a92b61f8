/* Processes, pipes and shared memory of POSIX and System V over the machine's intrinsic. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "process-calls.h"
#include "stream.h"

#define NANOSECONDS 1000000000L
/* Arguments that execl takes. */
#define ARGUMENTS_MAX 256

pid_t fork(void) { return (pid_t)PROCESS(PW_FORK, 0, 0, 0, 0); }

/* The child gets memory of its own at once: what POSIX allows a child of vfork to do works. */
pid_t vfork(void) { return (pid_t)PROCESS(PW_FORK, 0, 0, 0, 0); }

pid_t waitpid(pid_t process, int *status, int options) { return (pid_t)PROCESS(PW_WAIT_PID, process, status, options, 0); }

pid_t wait(int *status) { return (pid_t)PROCESS(PW_WAIT_PID, -1, status, 0, 0); }

pid_t getppid(void) { return (pid_t)PROCESS(PW_PARENT_PID, 0, 0, 0, 0); }

pid_t getpgrp(void) { return (pid_t)PROCESS(PW_GET_GROUP, 0, 0, 0, 0); }

pid_t getpgid(pid_t process) { return (pid_t)PROCESS(PW_GET_GROUP, process, 0, 0, 0); }

int setpgid(pid_t process, pid_t group) { return (int)PROCESS(PW_SET_GROUP, process, group, 0, 0); }

int sched_yield(void) { return (int)PROCESS(PW_YIELD, 0, 0, 0, 0); }

/* The machine answers 20 - nice, so that no value looks like an error. */
int getpriority(int which, id_t who) {
  if (which != PRIO_PROCESS) {
    errno = EINVAL;
    return -1;
  }
  long answer = PROCESS(PW_GET_PRIORITY, (int)who, 0, 0, 0);
  return answer < 0 ? -1 : (int)(20 - answer);
}

int setpriority(int which, id_t who, int nice) {
  if (which != PRIO_PROCESS) {
    errno = EINVAL;
    return -1;
  }
  return (int)PROCESS(PW_SET_PRIORITY, (int)who, nice, 0, 0);
}

int nice(int change) {
  int now = getpriority(PRIO_PROCESS, 0);
  if (setpriority(PRIO_PROCESS, 0, now + change) < 0) return -1;
  return getpriority(PRIO_PROCESS, 0);
}

/* The programs that can be run are those that were loaded into the machine, by name. */
int execve(const char *path, char *const arguments[], char *const environment[]) { return (int)PROCESS(PW_EXEC, path, arguments, environment, 0); }

int execv(const char *path, char *const arguments[]) { return execve(path, arguments, environ); }

int execvp(const char *file, char *const arguments[]) { return execve(file, arguments, environ); }

static int execute_list(const char *path, const char *argument, va_list more) {
  char *arguments[ARGUMENTS_MAX];
  int count = 0;
  for (const char *next = argument; next != NULL && count < ARGUMENTS_MAX - 1; next = va_arg(more, const char *)) arguments[count++] = (char *)next;
  arguments[count] = NULL;
  return execve(path, arguments, environ);
}

int execl(const char *path, const char *argument, ...) {
  va_list more;
  va_start(more, argument);
  int result = execute_list(path, argument, more);
  va_end(more);
  return result;
}

int execlp(const char *file, const char *argument, ...) {
  va_list more;
  va_start(more, argument);
  int result = execute_list(file, argument, more);
  va_end(more);
  return result;
}

int pipe2(int ends[2], int flags) { return (int)PROCESS(PW_PIPE, ends, flags, 0, 0); }

int pipe(int ends[2]) { return (int)PROCESS(PW_PIPE, ends, 0, 0, 0); }

int dup(int fd) { return (int)PROCESS(PW_DUP, fd, 0, 0, 0); }

int dup2(int fd, int to) { return (int)PROCESS(PW_DUP_TO, fd, to, 0, 0); }

int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  long argument = va_arg(arguments, long);
  va_end(arguments);
  return (int)PROCESS(PW_FILE_CONTROL, fd, command, (int)argument, 0);
}

int nanosleep(const struct timespec *wanted, struct timespec *left) {
  if (wanted->tv_sec < 0 || wanted->tv_nsec < 0 || wanted->tv_nsec >= NANOSECONDS) {
    errno = EINVAL;
    return -1;
  }
  long rest = __pw_process(PW_SLEEP, wanted->tv_sec * NANOSECONDS + wanted->tv_nsec, 0, 0, 0);
  if (rest == 0) return 0;
  if (left != NULL) *left = (struct timespec){rest / NANOSECONDS, rest % NANOSECONDS};
  errno = EINTR;
  return -1;
}

unsigned int sleep(unsigned int seconds) {
  long rest = __pw_process(PW_SLEEP, (long)seconds * NANOSECONDS, 0, 0, 0);
  return (unsigned int)(rest / NANOSECONDS);
}

int usleep(useconds_t microseconds) {
  if (__pw_process(PW_SLEEP, (long)microseconds * 1000, 0, 0, 0) == 0) return 0;
  errno = EINTR;
  return -1;
}

int shm_open(const char *name, int flags, mode_t mode) {
  (void)mode;
  return (int)PROCESS(PW_SHARED_OPEN, name, flags, 0, 0);
}

int shm_unlink(const char *name) { return (int)PROCESS(PW_SHARED_UNLINK, name, 0, 0, 0); }

int shmget(key_t key, size_t size, int flags) { return (int)PROCESS(PW_SEGMENT_GET, key, size, flags, 0); }

void *shmat(int id, const void *at, int flags) { return (void *)PROCESS(PW_SEGMENT_ATTACH, id, at, flags, 0); }

int shmdt(const void *at) { return (int)PROCESS(PW_SEGMENT_DETACH, at, 0, 0, 0); }

int shmctl(int id, int command, struct shmid_ds *to) {
  unsigned long facts[4] = {0};
  int result = (int)PROCESS(PW_SEGMENT_CONTROL, id, command, facts, 0);
  if (result < 0 || command != IPC_STAT) return result;
  memset(to, 0, sizeof *to);
  to->shm_segsz = facts[0];
  to->shm_nattch = facts[1];
  to->shm_cpid = (pid_t)facts[2];
  to->shm_lpid = (pid_t)facts[3];
  return 0;
}
