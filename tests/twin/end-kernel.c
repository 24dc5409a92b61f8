/* Ends by itself: kernel. */
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  printf("before ");
  fflush(stdout);
  char *volatile p = (char *)0xffff800000000000; *p = 1; return 0;
}
