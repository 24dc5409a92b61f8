/* Sorting the records of a file in place, by a shared mapping, read back by stdio. */
#include "common.h"
static int ascending(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }
int main(void) {
  enum { COUNT = 5000 };
  FILE *out = fopen("numbers", "w");
  unsigned seed = 12345;
  for (int i = 0; i < COUNT; i++) {
    seed = seed * 1103515245 + 12345;
    int value = (int)(seed >> 16 & 0x7fff);
    fwrite(&value, sizeof value, 1, out);
  }
  fclose(out);
  int fd = open("numbers", O_RDWR);
  int *numbers = (int *)map(COUNT * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  qsort(numbers, COUNT, sizeof(int), ascending);
  munmap(numbers, COUNT * sizeof(int));
  close(fd);
  FILE *in = fopen("numbers", "r");
  long sum = 0, inversions = 0;
  int value, before = -1, read = 0;
  while (fread(&value, sizeof value, 1, in) == 1) { inversions += value < before; before = value; sum += value; read++; }
  fclose(in);
  printf("%d numbers, sum %ld, largest %d, out of order %ld\n", read, sum, before, inversions);
  unlink("numbers");
}
