#include <stdio.h>
#include <stdlib.h>

/* A tree whose branches are cut off one after the other, with work in between: its leaks are explained for a while. */

struct node {
  struct node *left, *right;
  long value;
};

static struct node *grow(int depth) {
  struct node *made = malloc(sizeof *made);
  made->value = depth;
  made->left = depth > 0 ? grow(depth - 1) : NULL;
  made->right = depth > 0 ? grow(depth - 1) : NULL;
  return made;
}

static long sum(const struct node *node) {
  return node == NULL ? 0 : node->value + sum(node->left) + sum(node->right);
}

int main(void) {
  struct node *root = grow(6);
  long total = 0;
  for (int round = 0; root != NULL; round++) {
    struct node *at = root;
    for (int i = 0; i < 40; i++) total += sum(root);
    while (at->left != NULL && at->left->left != NULL) at = round % 2 == 0 ? at->left : at->right != NULL ? at->right : at->left;
    if (at == root) root = NULL;
    at->left = NULL;
    at->right = NULL;
  }
  printf("%ld\n", total);
  return 0;
}
