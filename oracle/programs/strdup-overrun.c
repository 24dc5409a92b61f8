#include <string.h>
#include <stdlib.h>

int main(void) {
  char *s = strdup("hello");
  s[6] = '!';
  char *t = strndup("abcdef", 3);
  t[4] = 0;
  free(s);
  free(t);
  return 0;
}
