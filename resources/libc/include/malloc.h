/* Heap functions of Linux beyond <stdlib.h> (malloc.h(3)). */
#ifndef _MALLOC_H
#define _MALLOC_H 1

#include <features.h>
#include <stddef.h>
#include <stdlib.h>

void *memalign(size_t alignment, size_t size) __PW_MALLOC __attribute__((__alloc_size__(2)));
void *valloc(size_t size) __PW_MALLOC __attribute__((__alloc_size__(1)));
void *pvalloc(size_t size) __PW_MALLOC;
size_t malloc_usable_size(void *block);

#endif
