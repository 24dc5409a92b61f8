/* Memory mappings (mmap(2)). */
#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H 1

#include <features.h>
#include <sys/types.h>

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 0x01
#define MAP_PRIVATE 0x02
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON MAP_ANONYMOUS
#define MAP_NORESERVE 0x4000
#define MAP_POPULATE 0x8000
#define MAP_HUGETLB 0x40000
#define MAP_HUGE_SHIFT 26
#define MAP_HUGE_MASK 0x3f
#define MAP_HUGE_2MB (21 << MAP_HUGE_SHIFT)
#define MAP_HUGE_1GB (30 << MAP_HUGE_SHIFT)
#define MAP_FIXED_NOREPLACE 0x100000
#define MAP_FILE 0
#define MS_ASYNC 1
#define MS_INVALIDATE 2
#define MS_SYNC 4
#define MADV_NORMAL 0
#define MADV_RANDOM 1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED 3
#define MADV_DONTNEED 4
#define MADV_FREE 8
#define MADV_HUGEPAGE 14
#define MADV_NOHUGEPAGE 15
#define MADV_COLLAPSE 25
#define POSIX_MADV_NORMAL MADV_NORMAL
#define POSIX_MADV_RANDOM MADV_RANDOM
#define POSIX_MADV_SEQUENTIAL MADV_SEQUENTIAL
#define POSIX_MADV_WILLNEED MADV_WILLNEED
#define POSIX_MADV_DONTNEED MADV_DONTNEED
#define MAP_FAILED ((void *)-1)

void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset);
int munmap(void *at, size_t n);
int mprotect(void *at, size_t n, int prot);
int msync(void *at, size_t n, int flags);
int madvise(void *at, size_t n, int advice);
int posix_madvise(void *at, size_t n, int advice);
int shm_open(const char *name, int flags, mode_t mode) __PW_NONNULL(1);
int shm_unlink(const char *name) __PW_NONNULL(1);
int mincore(void *at, size_t n, unsigned char *resident);

#endif
