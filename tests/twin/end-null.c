/* Ends by itself: null. */
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  printf("before ");
  fflush(stdout);
  int *volatile p = 0; return *p;
}
