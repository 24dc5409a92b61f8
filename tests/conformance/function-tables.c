/* Function pointers, structs by value in every class, variadic functions with va_copy and aggregates. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef int (*Op)(int, int);
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static int mul(int a, int b) { return a * b; }
static int divi(int a, int b) { return b ? a / b : 0; }
struct {
  const char *name;
  Op op;
} table[] = {{"add", add}, {"sub", sub}, {"mul", mul}, {"div", divi}};
typedef struct Shape {
  double (*area)(const struct Shape *);
  const char *(*name)(void);
  union {
    struct {
      double w, h;
    } r;
    double radius;
  } u;
} Shape;
static double ra(const Shape *s) { return s->u.r.w * s->u.r.h; }
static double ca(const Shape *s) { return 3.14159265358979 * s->u.radius * s->u.radius; }
static const char *rn(void) { return "rect"; }
static const char *cn(void) { return "circle"; }
static Op pick(const char *n) {
  for (int i = 0; i < 4; i++)
    if (!strcmp(table[i].name, n)) return table[i].op;
  return NULL;
}
typedef struct {
  long a;
  char b;
} Small;
typedef struct {
  double x, y;
  float z;
} Mid;
typedef struct {
  int a[20];
} Big;
typedef struct {
  float f;
  int i;
  double d;
} Mix;
static Small sm(Small s, int k) {
  s.a += k;
  s.b++;
  return s;
}
static Mid md(Mid m) {
  m.x *= 2;
  m.z -= 1;
  return m;
}
static Big bg(Big b, int i) {
  b.a[i] = -i;
  return b;
}
static Mix mx(int a, Mix m, double b) {
  m.f += a;
  m.d *= b;
  m.i ^= a;
  return m;
}
static int sum(int n, ...) {
  va_list ap, aq;
  va_start(ap, n);
  va_copy(aq, ap);
  int s = 0;
  for (int i = 0; i < n; i++) s += va_arg(ap, int);
  for (int i = 0; i < n; i++) s += 1000 * va_arg(aq, int);
  va_end(ap);
  va_end(aq);
  return s;
}
static void logf_(const char *lvl, const char *fmt, ...) {
  char buf[128];
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(buf, sizeof buf, fmt, ap);
  va_end(ap);
  printf("[%s] (%d) %s\n", lvl, n, buf);
}
static double mixed(int n, ...) {
  va_list ap;
  va_start(ap, n);
  double t = 0;
  for (int i = 0; i < n; i++) {
    t += va_arg(ap, int);
    t += va_arg(ap, double);
    t += (double)va_arg(ap, long double);
    Small s = va_arg(ap, Small);
    t += s.a + s.b;
    Mid m = va_arg(ap, Mid);
    t += m.x + m.y + m.z;
    Mix x = va_arg(ap, Mix);
    t += x.f + x.i + x.d;
  }
  va_end(ap);
  return t;
}
int main(void) {
  for (int i = 0; i < 4; i++) printf("%s %d\n", table[i].name, table[i].op(20, 6));
  printf("%d %d\n", pick("mul")(3, 4), pick("nope") == NULL);
  Shape s[2] = {{.area = ra, .name = rn, .u.r = {2, 3}}, {.area = ca, .name = cn, .u.radius = 1.5}};
  for (int i = 0; i < 2; i++) printf("%s %.3f\n", s[i].name(), s[i].area(s + i));
  Small a = sm((Small){5, 'x'}, 7);
  Mid b = md((Mid){1, 2, 3});
  Big c = bg((Big){{1, 2, 3}}, 7);
  Mix d = mx(3, (Mix){1.5f, 2, 2.5}, 4);
  printf("%ld %c %g %g %g %d %d %g %d %g\n", a.a, a.b, b.x, b.y, b.z, c.a[2], c.a[7], d.f, d.i, d.d);
  printf("%d %d\n", sum(3, 1, 2, 3), sum(12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  logf_("info", "%s %d %5.2f %c %ld %p %%", "txt", 42, 2.5, 'c', 123456789012L, (void *)0);
  logf_("warn", "%0*d %-*d| %.*s %hhd %llu", 6, 42, 6, 42, 3, "abcdef", 300, 1ULL << 63);
  printf("%g\n", mixed(3, 1, 2.5, 3.5L, a, b, d, 4, 5.5, 6.5L, a, b, d, 7, 8.5, 9.5L, a, b, d));
  int (*(*fp)(const char *))(int, int) = (int (*(*)(const char *))(int, int))pick;
  printf("%d\n", fp("sub")(1, 2));
  return 0;
}
