#include <stdlib.h>

static _Thread_local char *mine;

int main(void) {
  mine = malloc(21);
  return mine == NULL;
}
