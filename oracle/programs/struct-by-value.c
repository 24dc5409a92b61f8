#include <stdio.h>
#include <stdlib.h>

struct buffer { char *data; size_t length; long spare[4]; };

static struct buffer make(size_t length) {
  struct buffer b = {malloc(length), length, {0}};
  return b;
}

static size_t measure(struct buffer b) { return b.length; }

int main(void) {
  struct buffer b = make(40);
  b = make(24);
  printf("%zu\n", measure(b));
  free(b.data);
  return 0;
}
