/* Ends by itself: divide. */
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  printf("before ");
  fflush(stdout);
  volatile int z = 0; return 5 / z;
}
