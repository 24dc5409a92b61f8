#include <stdlib.h>

static int work(int fail) {
  int result = -1;
  char *a = malloc(10), *b = NULL;
  if (a == NULL) goto out;
  b = malloc(20);
  if (fail) goto out;
  result = 0;
  free(b);
out:
  free(a);
  return result;
}

int main(void) {
  work(0);
  work(1);
  return 0;
}
