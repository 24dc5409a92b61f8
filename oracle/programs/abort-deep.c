#include <stdlib.h>

static void fail(char *why) {
  if (why != NULL) abort();
}

int main(void) {
  char *text = malloc(30);
  text[0] = 'a';
  fail(text);
  return 0;
}
