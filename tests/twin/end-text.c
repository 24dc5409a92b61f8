/* Ends by itself: text. */
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  printf("before ");
  fflush(stdout);
  *(volatile char *)(void *)main = 1; return 0;
}
