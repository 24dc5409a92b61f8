/* Heap: lists, trees, hash table, realloc growth, calloc, alignment; everything freed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { struct node *left, *right; int key; };
static struct node *insert(struct node *t, int key) { if (!t) { t = calloc(1, sizeof *t); t->key = key; return t; } if (key < t->key) t->left = insert(t->left, key); else t->right = insert(t->right, key); return t; }
static long walk(struct node *t, int depth) { return t ? t->key * (long)depth + walk(t->left, depth + 1) + walk(t->right, depth + 1) : 0; }
static void drop(struct node *t) { if (t) { drop(t->left); drop(t->right); free(t); } }
struct entry { struct entry *next; int count; char word[]; };
static struct entry *table[64];
static void count(const char *w) { unsigned h = 5381; for (const char *p = w; *p; p++) h = h * 33 + (unsigned char)*p; struct entry **e = &table[h % 64]; while (*e && strcmp((*e)->word, w)) e = &(*e)->next; if (!*e) { *e = malloc(sizeof **e + strlen(w) + 1); (*e)->next = NULL; (*e)->count = 0; strcpy((*e)->word, w); } (*e)->count++; }
int main(void) {
  struct node *root = NULL; unsigned x = 12345; for (int i = 0; i < 2000; i++) { x = x * 1103515245u + 12345u; root = insert(root, (int)(x >> 16) % 1000); }
  printf("%ld\n", walk(root, 1)); drop(root);
  int *v = NULL; size_t cap = 0, n = 0; for (int i = 0; i < 5000; i++) { if (n == cap) { cap = cap ? cap * 2 : 4; v = realloc(v, cap * sizeof *v); } v[n++] = i * i; } long s = 0; for (size_t i = 0; i < n; i++) s += v[i]; printf("%ld\n", s); free(v);
  const char *words[] = { "page", "frame", "walk", "page", "fault", "swap", "frame", "page" }; for (int r = 0; r < 50; r++) for (int i = 0; i < 8; i++) count(words[(i * r) % 8]);
  int best = 0; for (int i = 0; i < 64; i++) for (struct entry *e = table[i], *next; e; e = next) { next = e->next; if (e->count > best) best = e->count; free(e); } printf("%d\n", best);
  void *p = aligned_alloc(256, 512); printf("%d\n", (int)((uintptr_t)p % 256)); free(p);
  if (posix_memalign(&p, 64, 100) == 0) { printf("%d\n", (int)((uintptr_t)p % 64)); free(p); }
  free(NULL); char *z = calloc(100, 1); int all = 0; for (int i = 0; i < 100; i++) all |= z[i]; printf("%d\n", all); free(z);
  return 0;
}
