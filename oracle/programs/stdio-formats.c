#include <stdio.h>

int main(void) {
  printf("%5d|%-5d|%05d|%+d|%x|%#o|%u\n", 42, 42, 42, 42, 0xbeef, 8, 4000000000u);
  printf("%8.3f|%e|%g|%G|%.0f\n", 3.14159265, 12345.678, 0.0001, 1e20, 2.5);
  printf("%s|%10s|%-10s|%.2s|%c|%%\n", "text", "right", "left", "cut", 'c');
  printf("%ld %lld %zu %hhd %p\n", -1L, 1LL << 40, sizeof(long), (signed char)200, (void *)0);
  return 0;
}
