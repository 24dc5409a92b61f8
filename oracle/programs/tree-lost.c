#include <stdlib.h>

struct tree { struct tree *left, *right; int key; };

static struct tree *grow(int depth) {
  if (depth == 0) return NULL;
  struct tree *node = malloc(sizeof *node);
  node->key = depth;
  node->left = grow(depth - 1);
  node->right = grow(depth - 1);
  return node;
}

int main(void) {
  grow(4);
  return 0;
}
