#include <stdlib.h>

struct tree { struct tree *child[2]; };
struct tree *root;

static void insert(struct tree **at, int bits) {
  if (*at == NULL) *at = calloc(1, sizeof **at);
  if (bits > 0) insert(&(*at)->child[bits & 1], bits >> 1);
}

int main(void) {
  for (int i = 0; i < 16; i++) insert(&root, i);
  return 0;
}
