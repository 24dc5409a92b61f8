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

#define STACK_TEMPORARY 1024
#define INDIRECT_SIZE 32

typedef int (*comparison)(const void *, const void *, void *);

struct sort {
  size_t size;
  comparison compare;
  void *argument;
  char *temporary;
  int indirect;
};

static void copy_element(char *to, const char *from, size_t size) {
  if (size == 8 && ((uintptr_t)to & 7) == 0 && ((uintptr_t)from & 7) == 0) *(uint64_t *)to = *(const uint64_t *)from;
  else if (size == 4 && ((uintptr_t)to & 3) == 0 && ((uintptr_t)from & 3) == 0) *(uint32_t *)to = *(const uint32_t *)from;
  else memcpy(to, from, size);
}

static int compare_elements(const struct sort *sort, const char *a, const char *b) {
  if (sort->indirect) return sort->compare(*(char *const *)a, *(char *const *)b, sort->argument);
  return sort->compare(a, b, sort->argument);
}

static void merge_sort(const struct sort *sort, char *base, size_t count) {
  if (count <= 1) return;
  size_t left = count / 2, right = count - left, size = sort->size;
  char *a = base, *b = base + left * size, *to = sort->temporary;
  merge_sort(sort, a, left);
  merge_sort(sort, b, right);
  while (left > 0 && right > 0) {
    if (compare_elements(sort, a, b) <= 0) {
      copy_element(to, a, size);
      a += size;
      left--;
    } else {
      copy_element(to, b, size);
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
      if (child + 1 < end && sort->compare(base + child * size, base + (child + 1) * size, sort->argument) < 0) child++;
      if (sort->compare(base + root * size, base + child * size, sort->argument) >= 0) break;
      exchange(base + root * size, base + child * size, size);
    }
  }
}

void qsort_r(void *base, size_t count, size_t size, comparison compare, void *argument) {
  struct sort sort = {.size = size, .compare = compare, .argument = argument, .indirect = size > INDIRECT_SIZE};
  size_t bytes;
  if (sort.indirect) bytes = 2 * count * sizeof(void *) + size;
  else bytes = count * size;
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
    for (size_t i = 0; i < count; i++) order[i] = (char *)base + i * size;
    sort.size = sizeof(void *);
    merge_sort(&sort, (char *)order, count);
    permute(base, count, size, order, sort.temporary + 2 * count * sizeof(void *));
  } else {
    merge_sort(&sort, base, count);
  }
  free(block);
}

static int compare_plain(const void *a, const void *b, void *argument) {
  return (*(int (**)(const void *, const void *))argument)(a, b);
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  qsort_r(base, count, size, compare_plain, &compare);
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
