/*
 * The malloc family: thin wrappers of the machine's heap, one real function each, so that a report's stack begins with
 * the function that the program called. Which allocator answers is the machine's configuration.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include "intrinsics.h"

#define PAGE_BYTES 4096

void *malloc(size_t size) { return __pw_malloc(size); }

void free(void *block) { __pw_free(block); }

void *calloc(size_t count, size_t size) { return __pw_calloc(count, size); }

void *realloc(void *block, size_t size) { return __pw_realloc(block, size); }

/* realloc of count objects; a product that overflows fails as if memory were short (reallocarray(3)). */
void *reallocarray(void *block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(block, bytes);
}

void *memalign(size_t alignment, size_t size) { return __pw_memalign(alignment, size); }

void *aligned_alloc(size_t alignment, size_t size) { return __pw_memalign(alignment, size); }

/* The alignment must be a power of two and a multiple of sizeof(void *); *block is left alone on failure. */
int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment == 0 || alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *found = __pw_memalign(alignment, size);
  if (found == NULL) return ENOMEM;
  *block = found;
  return 0;
}

void *valloc(size_t size) { return __pw_memalign(PAGE_BYTES, size); }

void *pvalloc(size_t size) { return __pw_memalign(PAGE_BYTES, (size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES); }

size_t malloc_usable_size(void *block) { return __pw_malloc_usable_size(block); }
