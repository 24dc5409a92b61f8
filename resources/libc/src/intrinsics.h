/*
 * What the C library asks of the machine: the intrinsics of src/core/intrinsics.ts under the name __pw_<name>.
 *
 * A call of one of these becomes a single INTRINSIC instruction in the frame of the function that holds the call, so
 * every public function that wraps one (malloc, strlen, ...) is a real function: reports show its frame.
 * Results that are negative are -errno, where the comment says "errno".
 */
#ifndef PW_INTRINSICS_H
#define PW_INTRINSICS_H

#include <stddef.h>

/* Memory and strings, in the kernel. */
void *__pw_memcpy(void *to, const void *from, size_t n);
void *__pw_memmove(void *to, const void *from, size_t n);
void *__pw_memset(void *to, int byte, size_t n);
int __pw_memcmp(const void *a, const void *b, size_t n);
void *__pw_memchr(const void *s, int byte, size_t n);
size_t __pw_strlen(const char *s);
size_t __pw_strnlen(const char *s, size_t n);
int __pw_strcmp(const char *a, const char *b);
int __pw_strncmp(const char *a, const char *b, size_t n);
char *__pw_strcpy(char *to, const char *from);
char *__pw_strchr(const char *s, int c);
char *__pw_strrchr(const char *s, int c);

/* The heap of the process. */
void *__pw_malloc(size_t size);
void __pw_free(void *block);
void *__pw_calloc(size_t count, size_t size);
void *__pw_realloc(void *block, size_t size);
void *__pw_memalign(size_t alignment, size_t size);
size_t __pw_malloc_usable_size(void *block);

/* The system. */
_Noreturn void __pw_exit(int status);
long __pw_write(int fd, const void *data, size_t n);          /* errno */
long __pw_read(int fd, void *data, size_t n);                 /* errno */
int __pw_open(const char *path, int flags, int mode);         /* errno */
int __pw_close(int fd);                                       /* errno */
long __pw_lseek(int fd, long offset, int whence);             /* errno */
int __pw_unlink(const char *path);                            /* errno */
int __pw_rename(const char *from, const char *to);            /* errno */
int __pw_isatty(int fd);
long __pw_sbrk(long increment);                               /* the new break; errno */
void *__pw_mmap(void *at, size_t n, int prot, int flags, int fd, long offset); /* errno */
int __pw_munmap(void *at, size_t n);                          /* errno */
int __pw_mprotect(void *at, size_t n, int prot);              /* errno */
int __pw_ftruncate(int fd, long length);                      /* errno */
int __pw_truncate(const char *path, long length);             /* errno */
int __pw_fsync(int fd);                                       /* errno */
int __pw_msync(void *at, size_t n, int flags);                /* errno */
int __pw_madvise(void *at, size_t n, int advice);             /* errno */
int __pw_mincore(void *at, size_t n, unsigned char *resident); /* errno */
int __pw_fadvise(int fd, long offset, long n, int advice);    /* errno, positive */
int __pw_fstat(int fd, long facts[5]);                        /* errno */
long __pw_pread(int fd, void *data, size_t n, long offset);    /* errno */
long __pw_pwrite(int fd, const void *data, size_t n, long offset); /* errno */
int __pw_stat(const char *path, long facts[5]);               /* errno */
long __pw_process(int call, long a, long b, long c, long d);  /* process-calls.h; errno */
int __pw_raise(int signal);                                   /* errno */
void *__pw_signal(int signal, void *handler);                 /* previous handler; errno */
_Noreturn void __pw_abort(void);
long long __pw_clock_gettime(int clock);
int __pw_getpid(void);
void __pw_nanosleep(unsigned long ns);
int __pw_set_jump(unsigned long *place);
_Noreturn void __pw_long_jump(unsigned long *place, int value);
void __pw_assert_record(const char *assertion, const char *file, int line, const char *function);

#endif
