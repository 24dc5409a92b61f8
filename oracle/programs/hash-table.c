#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry { char *key; int value; struct entry *next; };
struct table { struct entry *buckets[8]; int count; };

static unsigned hash(const char *s) {
  unsigned h = 5381;
  while (*s) h = h * 33 + (unsigned char)*s++;
  return h;
}

static void put(struct table *t, const char *key, int value) {
  struct entry **at = &t->buckets[hash(key) % 8];
  for (struct entry *e = *at; e != NULL; e = e->next)
    if (strcmp(e->key, key) == 0) { e->value = value; return; }
  struct entry *e = malloc(sizeof *e);
  e->key = strdup(key);
  e->value = value;
  e->next = *at;
  *at = e;
  t->count++;
}

static void drop(struct table *t) {
  for (int i = 0; i < 8; i++) {
    struct entry *e = t->buckets[i];
    while (e != NULL) {
      struct entry *next = e->next;
      free(e);
      e = next;
    }
  }
  free(t);
}

int main(void) {
  struct table *t = calloc(1, sizeof *t);
  char key[16];
  for (int i = 0; i < 20; i++) {
    snprintf(key, sizeof key, "key%d", i % 15);
    put(t, key, i);
  }
  printf("%d\n", t->count);
  drop(t);
  return 0;
}
