#include <stdlib.h>

struct tree { struct tree *left, *right; };

static struct tree *leaf(void) { return calloc(1, sizeof(struct tree)); }

int main(void) {
  struct tree *root = leaf();
  root->left = leaf();
  root->right = leaf();
  root->left->left = leaf();
  free(root);
  root = NULL;
  return 0;
}
