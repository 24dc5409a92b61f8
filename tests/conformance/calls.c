/* Calls: variadic functions, function pointers, recursion, mutual recursion, callbacks, many arguments. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wide { long a, b, c; };
static double average(int count, ...) {
  va_list list, again; va_start(list, count); va_copy(again, list);
  double sum = 0; for (int i = 0; i < count; i++) sum += va_arg(list, double);
  double check = 0; for (int i = 0; i < count; i++) check += va_arg(again, double);
  va_end(list); va_end(again); return sum == check ? sum / count : -1;
}
static long mixed(const char *kinds, ...) {
  va_list list; va_start(list, kinds); long sum = 0;
  for (const char *k = kinds; *k; k++) switch (*k) {
    case 'i': sum += va_arg(list, int); break;
    case 'l': sum += va_arg(list, long); break;
    case 'd': sum += (long)(va_arg(list, double) * 10); break;
    case 's': sum += (long)strlen(va_arg(list, char *)); break;
    case 'L': sum += (long)(va_arg(list, long double) * 100); break;
    case 'w': { struct wide w = va_arg(list, struct wide); sum += w.a + w.b * 2 + w.c * 3; break; }
  }
  va_end(list); return sum;
}
static int apply(int (*f)(int, int), int a, int b) { return f(a, b); }
static int plus(int a, int b) { return a + b; }
static int times(int a, int b) { return a * b; }
static int even(unsigned n); static int odd(unsigned n) { return n ? even(n - 1) : 0; }
static int even(unsigned n) { return n ? odd(n - 1) : 1; }
static unsigned ackermann(unsigned m, unsigned n) { return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)); }
static long many(int a, long b, short c, char d, double e, float f, int g, int h, long i, double j, int k) { return a + b + c + d + (long)e + (long)f + g + h + i + (long)j + k; }
static int descending(const void *a, const void *b) { int x = *(const int *)a, y = *(const int *)b; return (x < y) - (x > y); }
static void log_line(char *to, size_t n, const char *format, ...) { va_list l; va_start(l, format); vsnprintf(to, n, format, l); va_end(l); }

int main(void) {
  printf("%g\n", average(10, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.5));
  printf("%ld\n", mixed("ildsLwidllw", 1, 2L, 3.5, "four", 5.25L, (struct wide){ 1, 2, 3 }, 7, 8.5, 9L, 10L, (struct wide){ 4, 5, 6 }));
  int (*table[])(int, int) = { plus, times }; int r = 0; for (int i = 0; i < 10; i++) r = apply(table[i % 2], r, i + 1); printf("%d\n", r);
  printf("%d %d %u\n", even(1000), odd(77), ackermann(2, 9));
  printf("%ld\n", many(1, 2, 3, 4, 5.5, 6.5f, 7, 8, 9, 10.5, 11));
  int v[] = { 5, 3, 9, 1, 7, 7, 2 }; qsort(v, 7, sizeof *v, descending); for (int i = 0; i < 7; i++) printf("%d ", v[i]); puts("");
  int key = 7; int *hit = bsearch(&key, v, 7, sizeof *v, descending); printf("%d\n", hit ? *hit : -1);
  char line[16]; log_line(line, sizeof line, "%s-%05d-%c", "abc", 42, 'z'); puts(line);
  return 3;
}
