#include <stdlib.h>
#include <sys/mman.h>

int main(void) {
  int *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  map[0] = 4;
  munmap(map, 4096);
  return map[0];
}
