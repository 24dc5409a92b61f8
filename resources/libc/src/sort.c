/*
 * Sorting and searching (C11 7.22.5). As in glibc 2.36, qsort is a stable merge sort: split at half, sort both, merge
 * into a temporary, taking from the left half where both compare equal. Temporaries below 1,024 bytes lie on the stack,
 * larger ones come from malloc, so heap totals match. Elements of more than 32 bytes are sorted by pointers to them and
 * put in their places at the end. When malloc gives nothing, a heap sort in place does.
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "inline.h"

#define STACK_TEMPORARY 1024
#define INDIRECT_SIZE 32

typedef int (*plain_comparison)(const void *, const void *);
typedef int (*comparison)(const void *, const void *, void *);

/* One of `plain` and `compare` is set. */
struct sort {
  size_t size;
  plain_comparison plain;
  comparison compare;
  void *argument;
  char *temporary;
  int indirect, words;
};

/* Inlined, like compare and sort_all below, so that a comparison that reads wrongly has glibc's stack. */
ALWAYS_INLINE void copy_element(const struct sort *sort, char *to, const char *from) {
  if (!sort->words) {
    mempcpy(to, from, sort->size);
  } else if (sort->size == 4) {
    *(uint32_t *)to = *(const uint32_t *)from;
  } else {
    for (size_t i = 0; i < sort->size; i += 8) *(uint64_t *)(to + i) = *(const uint64_t *)(from + i);
  }
}

ALWAYS_INLINE int compare(const struct sort *sort, const char *a, const char *b) {
  return sort->plain != NULL ? sort->plain(a, b) : sort->compare(a, b, sort->argument);
}

static void merge_sort(const struct sort *sort, char *base, size_t count) {
  if (count <= 1) return;
  size_t left = count / 2, right = count - left, size = sort->size;
  char *a = base, *b = base + left * size, *to = sort->temporary;
  merge_sort(sort, a, left);
  merge_sort(sort, b, right);
  while (left > 0 && right > 0) {
    const char *x = a, *y = b;
    if (sort->indirect) {
      x = *(char **)a;
      y = *(char **)b;
    }
    if (compare(sort, x, y) <= 0) {
      copy_element(sort, to, a);
      a += size;
      left--;
    } else {
      copy_element(sort, to, b);
      b += size;
      right--;
    }
    to += size;
  }
  if (left > 0) memcpy(to, a, left * size);
  memcpy(base, sort->temporary, (count - right) * size);
}

/* Puts the elements in the order of the sorted pointers, along the cycles of the permutation. */
static void permute(char *base, size_t count, size_t size, char **order, char *spare) {
  for (size_t i = 0; i < count; i++) {
    char *place = base + i * size;
    if (order[i] == place) continue;
    memcpy(spare, place, size);
    size_t at = i;
    for (;;) {
      char *source = order[at];
      order[at] = base + at * size;
      if (source == place) break;
      memcpy(base + at * size, source, size);
      at = (size_t)(source - base) / size;
    }
    memcpy(base + at * size, spare, size);
  }
}

static void exchange(char *a, char *b, size_t size) {
  for (size_t i = 0; i < size; i++) {
    char c = a[i];
    a[i] = b[i];
    b[i] = c;
  }
}

static void heap_sort(const struct sort *sort, char *base, size_t count) {
  size_t size = sort->size;
  for (size_t start = count / 2, end = count; end > 1;) {
    if (start > 0) start--;
    else exchange(base, base + --end * size, size);
    for (size_t root = start, child; (child = 2 * root + 1) < end; root = child) {
      if (child + 1 < end && compare(sort, base + child * size, base + (child + 1) * size) < 0) child++;
      if (compare(sort, base + root * size, base + child * size) >= 0) break;
      exchange(base + root * size, base + child * size, size);
    }
  }
}

ALWAYS_INLINE void sort_all(char *base, size_t count, size_t size, plain_comparison plain, comparison with_argument, void *argument) {
  struct sort sort = {.size = size, .plain = plain, .compare = with_argument, .argument = argument, .indirect = size > INDIRECT_SIZE};
  size_t bytes = sort.indirect ? 2 * count * sizeof(void *) + size : count * size;
  char *block = NULL;
  if (bytes < STACK_TEMPORARY) {
    sort.temporary = alloca(bytes);
  } else {
    block = sort.temporary = malloc(bytes);
    if (block == NULL) {
      heap_sort(&sort, base, count);
      return;
    }
  }
  if (sort.indirect) {
    char **order = (char **)sort.temporary + count;
    for (size_t i = 0; i < count; i++) order[i] = base + i * size;
    sort.size = sizeof(void *);
    sort.words = 1;
    merge_sort(&sort, (char *)order, count);
    permute(base, count, size, order, sort.temporary + 2 * count * sizeof(void *));
  } else {
    sort.words = (size == 4 && ((uintptr_t)base & 3) == 0) || (size % 8 == 0 && ((uintptr_t)base & 7) == 0);
    merge_sort(&sort, base, count);
  }
  free(block);
}

void qsort(void *base, size_t count, size_t size, plain_comparison compare) { sort_all(base, count, size, compare, NULL, NULL); }

void qsort_r(void *base, size_t count, size_t size, comparison compare, void *argument) {
  sort_all(base, count, size, NULL, compare, argument);
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    const char *at = (const char *)base + middle * size;
    int order = compare(key, at);
    if (order == 0) return (void *)at;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return NULL;
}
