#include <stdlib.h>

struct object { int count; struct object *child; };

static struct object *make(struct object *child) {
  struct object *o = malloc(sizeof *o);
  o->count = 1;
  o->child = child;
  if (child != NULL) child->count++;
  return o;
}

static void release(struct object *o) {
  if (o == NULL || --o->count > 0) return;
  release(o->child);
  free(o);
}

int main(void) {
  struct object *leaf = make(NULL);
  struct object *a = make(leaf), *b = make(leaf);
  release(a);
  release(b);
  struct object *x = make(NULL), *y = make(x);
  x->child = y;
  y->count++;
  release(x);
  release(y);
  release(leaf);
  return 0;
}
