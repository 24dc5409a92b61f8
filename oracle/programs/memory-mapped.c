#include <stdlib.h>
#include <sys/mman.h>

int main(void) {
  void **map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  map[3] = malloc(70);
  void **other = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  other[0] = malloc(71);
  munmap(other, 4096);
  return 0;
}
