/* Ends by itself: wild. */
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  printf("before ");
  fflush(stdout);
  char *volatile p = (char *)0x1234000000000000; return *p;
}
