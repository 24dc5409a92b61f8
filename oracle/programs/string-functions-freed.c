#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char *p = strdup("some text");
  int n = 0;
  free(p);
  n += strcmp(p, "some") > 0;
  n += strncmp(p, "some", 4) == 0;
  n += strchr(p, 'x') != NULL;
  n += strrchr(p, 't') != NULL;
  n += memcmp(p, p + 1, 8) == 0;
  n += memchr(p, 'e', 9) != NULL;
  n += (int)strlen(p);
  printf("%d\n", n);
  return 0;
}
