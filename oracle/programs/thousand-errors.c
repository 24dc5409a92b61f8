#include <stdlib.h>

#define ONE c = p[10];
#define TEN ONE ONE ONE ONE ONE ONE ONE ONE ONE ONE
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void read_all(volatile char *p) {
  volatile char c;
  HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
}

int main(void) {
  char *p = malloc(10);
  read_all(p);
  return 0;
}
