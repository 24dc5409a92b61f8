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
#define MAP_FAILED ((void *)-1)

void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset);
int munmap(void *at, size_t n);
int mprotect(void *at, size_t n, int prot);

#endif
