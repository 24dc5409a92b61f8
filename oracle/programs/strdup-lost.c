#include <string.h>
#include <stdlib.h>

static const char *words[] = {"alpha", "beta", "gamma"};

int main(void) {
  char *copy = NULL;
  for (int i = 0; i < 3; i++) copy = strdup(words[i]);
  free(copy);
  return 0;
}
