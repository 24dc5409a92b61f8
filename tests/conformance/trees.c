/* Search tree with parent links and deletion, doubly linked list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef struct Node {
  int key;
  struct Node *left, *right, *parent;
  char label[8];
} Node;
typedef struct List {
  struct List *next, *prev;
  int v;
} List;
static Node *insert(Node *t, int k, Node *p) {
  if (!t) {
    Node *n = calloc(1, sizeof *n);
    n->key = k;
    n->parent = p;
    snprintf(n->label, sizeof n->label, "n%d-long", k);
    return n;
  }
  if (k < t->key)
    t->left = insert(t->left, k, t);
  else if (k > t->key)
    t->right = insert(t->right, k, t);
  return t;
}
static int height(const Node *t) {
  if (!t) return 0;
  int l = height(t->left), r = height(t->right);
  return 1 + (l > r ? l : r);
}
static void walk(const Node *t, void (*f)(const Node *, void *), void *x) {
  if (t) {
    walk(t->left, f, x);
    f(t, x);
    walk(t->right, f, x);
  }
}
static void show(const Node *t, void *x) {
  int *n = x;
  printf("%s%d(%s,%d)", (*n)++ ? " " : "", t->key, t->label, t->parent ? t->parent->key : -1);
}
static Node *del(Node *t, int k) {
  if (!t) return t;
  if (k < t->key)
    t->left = del(t->left, k);
  else if (k > t->key)
    t->right = del(t->right, k);
  else if (!t->left || !t->right) {
    Node *c = t->left ? t->left : t->right;
    if (c) c->parent = t->parent;
    free(t);
    return c;
  } else {
    Node *m = t->right;
    while (m->left) m = m->left;
    t->key = m->key;
    memcpy(t->label, m->label, 8);
    t->right = del(t->right, m->key);
  }
  return t;
}
static void drop(Node *t) {
  if (t) {
    drop(t->left);
    drop(t->right);
    free(t);
  }
}
int main(void) {
  Node *t = NULL;
  unsigned s = 12345;
  for (int i = 0; i < 40; i++) {
    s = s * 1103515245u + 12345u;
    t = insert(t, (int)(s >> 16) % 100, NULL);
  }
  int n = 0;
  walk(t, show, &n);
  printf("\n%d nodes height %d\n", n, height(t));
  for (int k = 0; k < 100; k += 3) t = del(t, k);
  n = 0;
  walk(t, show, &n);
  printf("\n%d nodes height %d\n", n, height(t));
  drop(t);
  List h = {&h, &h, 0};
  for (int i = 0; i < 10; i++) {
    List *l = malloc(sizeof *l);
    l->v = i * i;
    l->next = i % 2 ? &h : h.next;
    l->prev = l->next->prev;
    l->prev->next = l;
    l->next->prev = l;
  }
  for (List *l = h.next; l != &h; l = l->next) printf("%d ", l->v);
  for (List *l = h.prev; l != &h; l = l->prev) printf("%d ", l->v);
  puts("");
  for (List *l = h.next, *q; l != &h; l = q) {
    q = l->next;
    free(l);
  }
  return n % 256;
}
