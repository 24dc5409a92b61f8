/* Calls: recursion over pages, pointers, variable arguments, structs by value, alloca, VLAs, computed goto, jump tables, long double. */
#include <alloca.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct pair { long a; double b; };
struct wide { int v[20]; };
typedef long (*fn)(long);
static long twice(long x) { return 2 * x; }
static long next(long x) { return x + 1; }
static long depth(int n, char *above) { char here[200]; memset(here, n, sizeof here); return n ? depth(n - 1, here) + here[n % 200] : above[0]; }
static struct pair swap(struct pair p, struct wide w) { struct pair r = { (long)p.b + w.v[7], (double)p.a }; w.v[7] = 0; return r; }
static double total(const char *kinds, ...) {
  va_list ap, copy; double s = 0; va_start(ap, kinds); va_copy(copy, ap);
  for (const char *k = kinds; *k; k++)
    switch (*k) {
      case 'i': s += va_arg(ap, int); break;
      case 'l': s += (double)va_arg(ap, long); break;
      case 'd': s += va_arg(ap, double); break;
      case 'L': s += (double)va_arg(ap, long double); break;
      case 'p': s += va_arg(ap, struct pair).b; break;
      case 'w': s += va_arg(ap, struct wide).v[7]; break;
    }
  va_end(ap); s += va_arg(copy, int); va_end(copy);
  return s;
}
static int machine(const unsigned char *code) {
  static const void *const labels[] = { &&push, &&add, &&multiply, &&halt };
  int stack[16], top = 0;
  goto *labels[*code];
push: stack[top++] = code[1]; code += 2; goto *labels[*code];
add: top--; stack[top - 1] += stack[top]; goto *labels[*++code];
multiply: top--; stack[top - 1] *= stack[top]; goto *labels[*++code];
halt: return stack[0];
}
static long scratch(int n) { int vla[n]; char *p = alloca((size_t)n * 3); for (int i = 0; i < n; i++) { vla[i] = i; p[i] = (char)i; } return vla[n - 1] + p[n / 2] + (n > 4 ? scratch(n - 3) : 0); }
static int order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(int argc, char **argv) {
  fn table[] = { twice, next, labs };
  long s = 0; for (int i = 0; i < 30; i++) s = table[i % 3](s) + i;
  struct wide w = { { 0 } }; w.v[7] = 9; struct pair p = swap((struct pair){ 4, 2.5 }, w);
  printf("%ld %ld %g %d\n", s, p.a, p.b, w.v[7]);
  printf("%ld\n", depth(150, argv[0]));
  printf("%g %g\n", total("idlLpwiiiidddddddddl", 1, 2.5, 3L, 4.5L, p, w, 1, 2, 3, 4, 1., 2., 3., 4., 5., 6., 7., 8., 9., 99L), total("ii", 5, 6));
  printf("%d %ld\n", machine((const unsigned char[]){ 0, 6, 0, 7, 2, 0, 8, 1, 3 }), scratch(40));
  int n[50]; for (int i = 0; i < 50; i++) n[i] = i * 37 % 50; qsort(n, 50, sizeof *n, order); printf("%d %d %d\n", n[0], n[25], n[49]);
  printf("%s %Lf %.3e %a %5d|%-8s|%x %p\n", argv[argc - 1], 1.0L / 3, 12345.678, 0.1, -42, "left", 48879, (void *)0x10);
  printf("%s\n", getenv("HOME"));
  return 3;
}
