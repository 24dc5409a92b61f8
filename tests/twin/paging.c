/* Touches pages in ways that exercise TLBs, walks and faults: strides, two pages of one set, mappings, rights, the break, the stack. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static char bss[40 * 4096];
static char data[5 * 4096] = { 1 };
static const char constant[3 * 4096] = { 7 };
static int deep(int n) { volatile char page[5000]; page[n] = (char)n; return n ? deep(n - 1) + page[n] : 0; }
int main(void) {
  long sum = 0;
  char *map = mmap(NULL, 3000 * 4096ul, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 3000; i++) sum += map[i * 4096l];
  for (int i = 0; i < 3000; i += 2) map[i * 4096l + i % 4096] = 1;
  for (int round = 0; round < 3; round++) for (int i = 0; i < 1700; i++) sum += map[i * 4096l];
  for (int i = 0; i < 200; i++) sum += map[i * 16 * 4096l % (3000 * 4096l)]++;
  for (int i = 0; i < 40; i += 3) { sum += bss[i * 4096]; bss[i * 4096] = 2; }
  for (int i = 0; i < 5; i++) { sum += data[i * 4096] + constant[i % 3 * 4096]; data[i * 4096 + 9] = 3; }
  mprotect(map, 8 * 4096, PROT_READ); for (int i = 0; i < 9; i++) sum += map[i * 4096l];
  mprotect(map, 8 * 4096, PROT_READ | PROT_WRITE); for (int i = 0; i < 9; i++) map[i * 4096l]++;
  mprotect(map + 100 * 4096, 60 * 4096, PROT_NONE); mprotect(map + 100 * 4096, 60 * 4096, PROT_READ | PROT_WRITE); for (int i = 95; i < 165; i++) map[i * 4096l]++;
  munmap(map + 4096, 4096); munmap(map + 200 * 4096, 90 * 4096);
  char *again = mmap(NULL, 50 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); sum += (long)((uintptr_t)again >> 12 & 0xfff); again[4095] = 1; *(int *)(again + 4094) = 77; sum += *(int *)(again + 4094);
  char *fixed = mmap(again + 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); sum += fixed[5];
  char *top = sbrk(5 * 4096); top[100] = 1; sbrk(-5 * 4096); top = sbrk(4096); sum += top[100];
  sum += deep(60) + deep(61);
  FILE *f = fopen("/tmp/pages", "w+"); for (int i = 0; i < 9000; i++) fputc('a' + i % 26, f); fseek(f, 5000, SEEK_SET); sum += fgetc(f); fclose(f);
  printf("%ld %d\n", sum, mprotect((void *)0x1000, 4096, PROT_READ));
  return 0;
}
