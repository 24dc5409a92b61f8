/* Copies, fills, compares and scans of every alignment and direction, some over page borders. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static unsigned char area[3 * 4096], other[3 * 4096];
static uint64_t hash = 1;
static void mix(uint64_t v) { hash = hash * 6364136223846793005u + v; }
static void sum(const unsigned char *p, int n) { for (int i = 0; i < n; i += 7) mix(p[i]); }
struct large { char bytes[77]; };
static struct large give(struct large in, int k) { in.bytes[k] ^= 3; return in; }
int main(void) {
  for (int i = 0; i < (int)sizeof area; i++) { area[i] = (unsigned char)(i * 13 + 1 ? i * 13 + 1 : 5); other[i] = (unsigned char)(i * 7 | 1); }
  for (int to = 0; to < 9; to += 2) for (int from = 0; from < 10; from++) for (int n = 0; n < 40; n += 5) {
    memcpy(area + 100 + to, other + 200 + from, (size_t)n);
    memmove(area + 4090 + to, area + 4086 + from, (size_t)n);
    memmove(area + 300 + from, area + 300 + to, (size_t)n);
    memset(area + 4080 + to, n, (size_t)(n + from));
    mix((uint64_t)(memcmp(area + to, other + from, (size_t)n) < 0));
  }
  memcpy(area + 17, other + 17, 9000); memcpy(area + 16, other + 33, 5000); memcpy(area + 1, other + 3, 9000); memmove(area + 3, area + 1, 8191); memmove(area + 3, area, 8000); memmove(area, area + 5, 8000); memset(area + 4000, 0xa5, 5000);
  sum(area, sizeof area);
  mix((uint64_t)memcmp(area, area, 8000)); mix((uint64_t)((unsigned char *)memchr(area, 0xa5, sizeof area) - area)); mix(memchr(area, 0xa5, 10) == NULL);
  char *text = malloc(9000), *more = malloc(9000);
  for (int i = 0; i < 8999; i++) text[i] = (char)('a' + i % 23);
  text[8999] = 0;
  strcpy(more, text + 11); mix(strlen(text)); mix(strnlen(text, 777)); mix((uint64_t)strcmp(text, more)); mix((uint64_t)strncmp(text, text + 23, 5000));
  mix((uint64_t)(strchr(text, 'w') - text)); mix((uint64_t)(strrchr(text, 'c') - text)); mix(strchr(text, 'z') == NULL); mix((uint64_t)(strchr(text, 0) - text)); mix((uint64_t)(strrchr(text, 0) - text));
  struct large one = { "structs are copied in line" }; for (int k = 0; k < 77; k += 10) one = give(one, k); mix((uint64_t)one.bytes[0]);
  uint64_t unaligned; memcpy(&unaligned, area + 4093, 8); mix(unaligned); memcpy(area + 8189, &unaligned, 8); mix(*(volatile uint32_t *)(area + 4094));
  *(volatile uint64_t *)(area + 4091) = 0x1122334455667788; sum(area, sizeof area);
  free(text); free(more);
  printf("%llx\n", (unsigned long long)hash);
  return 0;
}
