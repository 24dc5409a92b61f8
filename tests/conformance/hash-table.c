/* Hash table with chains, flexible array members, tagged unions, string functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define B 17
typedef struct E {
  struct E *n;
  char *k;
  int v;
} E;
static E *t[B];
static unsigned h(const char *s) {
  unsigned x = 5381;
  while (*s) x = x * 33 + (unsigned char)*s++;
  return x % B;
}
static int *get(const char *k, int mk) {
  E **p = &t[h(k)];
  for (; *p; p = &(*p)->n)
    if (!strcmp((*p)->k, k)) return &(*p)->v;
  if (!mk) return NULL;
  *p = malloc(sizeof **p);
  **p = (E){NULL, strdup(k), 0};
  return &(*p)->v;
}
static int rm(const char *k) {
  for (E **p = &t[h(k)]; *p; p = &(*p)->n)
    if (!strcmp((*p)->k, k)) {
      E *d = *p;
      *p = d->n;
      free(d->k);
      free(d);
      return 1;
    }
  return 0;
}
struct Flex {
  int n;
  double d[];
};
typedef struct {
  char tag;
  union {
    int i;
    double d;
    char *s;
  };
} Var;
static void pv(Var v) {
  switch (v.tag) {
  case 'i':
    printf("int %d\n", v.i);
    break;
  case 'd':
    printf("dbl %g\n", v.d);
    break;
  case 's':
    printf("str %s\n", v.s);
    break;
  }
}
int main(void) {
  char k[16];
  for (int i = 0; i < 100; i++) {
    sprintf(k, "key%d", i * 7 % 41);
    *get(k, 1) += i;
  }
  for (int i = 0; i < 41; i += 2) {
    sprintf(k, "key%d", i);
    rm(k);
  }
  for (int i = 0; i < B; i++) {
    printf("%d:", i);
    for (E *e = t[i]; e; e = e->n) printf(" %s=%d", e->k, e->v);
    puts("");
  }
  printf("%d %d\n", get("key2", 0) == NULL, rm("none"));
  for (int i = 0; i < B; i++)
    while (t[i]) rm(t[i]->k);
  struct Flex *f = malloc(sizeof *f + 5 * sizeof(double));
  f->n = 5;
  for (int i = 0; i < 5; i++) f->d[i] = 1.0 / (i + 1);
  struct Flex *g = malloc(sizeof *f + 40);
  memcpy(g, f, sizeof *f + 40);
  double s = 0;
  for (int i = 0; i < g->n; i++) s += g->d[i];
  printf("%.6f\n", s);
  free(f);
  free(g);
  pv((Var){'i', .i = 3});
  pv((Var){.tag = 'd', .d = 2.5});
  pv((Var){'s', .s = "text"});
  char d[20] = "abc";
  memmove(d + 1, d, 4);
  puts(d);
  strncat(d, "defgh", 3);
  puts(d);
  printf("%d %d %d\n", strcmp("a", "b") < 0, strncmp("abc", "abd", 2), memcmp("a\0b", "a\0c", 3) < 0);
  printf("%d %s\n", (int)strnlen("abcdef", 3), (char *)memchr("hello", 'l', 5));
  return 0;
}
