#include <stdio.h>
#include <stdlib.h>

struct tree { struct tree *left, *right; int key; };

static struct tree *insert(struct tree *t, int key) {
  if (t == NULL) {
    t = malloc(sizeof *t);
    t->left = t->right = NULL;
    t->key = key;
  } else if (key < t->key) {
    t->left = insert(t->left, key);
  } else {
    t->right = insert(t->right, key);
  }
  return t;
}

static int sum(struct tree *t) { return t == NULL ? 0 : t->key + sum(t->left) + sum(t->right); }

static void destroy(struct tree *t) {
  if (t == NULL) return;
  destroy(t->left);
  destroy(t->right);
  free(t);
}

int main(void) {
  struct tree *t = NULL;
  int keys[] = {50, 20, 70, 10, 30, 60, 90};
  for (int i = 0; i < 7; i++) t = insert(t, keys[i]);
  printf("sum %d\n", sum(t));
  destroy(t);
  return 0;
}
