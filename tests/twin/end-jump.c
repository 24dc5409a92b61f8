/* Ends by itself: jump. */
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  printf("before ");
  fflush(stdout);
  void (*volatile f)(void) = (void (*)(void))0x10; f(); return 0;
}
