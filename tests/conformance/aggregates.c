/* Structures and unions by value, bit-fields, arrays of structures, compound literals, flexible members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair { int first; double second; };
struct small { char c[3]; };
struct point { float x, y; };
struct large { long values[9]; char name[12]; };
struct flags { unsigned a : 3, b : 7; int c : 5; unsigned long long d : 40; };
union number { float f; unsigned u; unsigned char bytes[4]; };
struct text { size_t length; char data[]; };

static struct pair swap(struct pair p, int by) { return (struct pair){ p.first + by, p.second * by }; }
static struct small shift(struct small s) { s.c[0] += 1; s.c[2] -= 1; return s; }
static struct point add(struct point a, struct point b) { return (struct point){ a.x + b.x, a.y + b.y }; }
static struct large fill(struct large l, long from) { for (int i = 0; i < 9; i++) l.values[i] = from + i; strcpy(l.name, "filled"); return l; }
static long sum(struct large l) { long s = 0; for (int i = 0; i < 9; i++) s += l.values[i]; l.values[0] = -1; return s; }

int main(void) {
  struct pair p = swap((struct pair){ 3, 1.5 }, 4); printf("%d %g\n", p.first, p.second);
  struct small s = shift((struct small){ "abc" }); printf("%c%c%c\n", s.c[0], s.c[1], s.c[2]);
  struct point q = add((struct point){ 1, 2 }, (struct point){ .y = 5 }); printf("%g %g\n", q.x, q.y);
  struct large l = { 0 }; l = fill(l, 10); printf("%ld %ld %s\n", sum(l), l.values[0], l.name);
  struct flags f = { 5, 100, -7, 0x123456789aULL }; f.a += 4; f.c--; printf("%u %u %d %llx %zu\n", f.a, f.b, f.c, (unsigned long long)f.d, sizeof f);
  union number n = { .f = 1.0f }; printf("%08x %02x\n", n.u, n.bytes[3]);
  struct text *t = malloc(sizeof *t + 6); t->length = 5; memcpy(t->data, "hello", 6); printf("%zu %s\n", t->length, t->data); free(t);
  struct pair table[4] = { [2] = { 7, 7.5 }, [0] = { 1, 1.25 } };
  double total = 0; for (int i = 0; i < 4; i++) total += table[i].first + table[i].second; printf("%g\n", total);
  int matrix[3][4]; for (int i = 0; i < 3; i++) for (int j = 0; j < 4; j++) matrix[i][j] = i * j - (i == j);
  int trace = 0; for (int i = 0; i < 3; i++) trace += matrix[i][i] * matrix[2][3 - i]; printf("%d %zu\n", trace, sizeof matrix);
  return 0;
}
