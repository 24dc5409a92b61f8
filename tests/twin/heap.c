/* The allocator: splitting, joining, reuse, growth, mappings of their own, realloc, calloc, alignment, null and absurd sizes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void *block[64];
int main(void) {
  unsigned state = 12345; uint64_t sum = 0;
  for (int round = 0; round < 600; round++) {
    state = state * 1103515245u + 12345u;
    unsigned slot = state >> 16 & 63, size = (state >> 8 & 1023) * (state >> 28 ? 1 : 40);
    if (block[slot] && state & 1) { free(block[slot]); block[slot] = NULL; }
    else if (block[slot]) { unsigned char *p = realloc(block[slot], size + 1); block[slot] = p; p[size] = (unsigned char)round; }
    else if (state & 2) { unsigned char *p = calloc(size / 8 + 1, 8); block[slot] = p; sum += p[size / 2]; p[0] = 1; }
    else { block[slot] = malloc(size); if (size) memset(block[slot], round, size); }
    sum = sum * 31 + (uintptr_t)block[slot];
  }
  for (int i = 0; i < 64; i += 3) { free(block[i]); block[i] = NULL; }
  char *large = malloc(300000); large[0] = 1; large[299999] = 2; large = realloc(large, 500000); sum += (uintptr_t)large + (unsigned char)large[299999];
  char *second = malloc(131072); second[131071] = 1; free(large); free(second); second = malloc(200000); sum += (uintptr_t)second; free(second);
  void *aligned = aligned_alloc(256, 512), *page; sum += (uintptr_t)aligned + (uintptr_t)posix_memalign(&page, 4096, 100); sum += (uintptr_t)page; free(aligned); free(page);
  volatile size_t huge = (size_t)-1; sum += malloc(huge) == NULL; sum += malloc(huge / 4) == NULL; sum += calloc(huge / 2, 3) == NULL; sum += realloc(NULL, 0) != NULL; free(NULL);
  for (int i = 0; i < 64; i++) free(block[i]);
  void *again = malloc(100000); sum += (uintptr_t)again; free(again);
  printf("%llx\n", (unsigned long long)sum);
  return 0;
}
