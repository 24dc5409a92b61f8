/* setjmp and longjmp: out of deep calls, nested, as exceptions, out of a signal handler; locals keep their values. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static jmp_buf top, inner;
static int depth(int n) {
  char pad[300];
  pad[n % 300] = 1;
  if (n == 0) longjmp(top, 7);
  return depth(n - 1) + pad[n % 300];
}
static void nested(int k, jmp_buf outer) {
  jmp_buf mine;
  int v = setjmp(mine);
  if (v == 0) {
    if (k > 0) nested(k - 1, mine);
    longjmp(mine, k + 10);
  }
  printf("nested %d got %d\n", k, v);
  if (outer && k == 1) longjmp(outer, 99);
}
struct Error {
  int code;
  const char *what;
};
static jmp_buf handlers[8];
static int level;
static struct Error last;
static void throw_(int code, const char *what) {
  last = (struct Error){code, what};
  longjmp(handlers[--level], 1);
}
static int parse(const char *s) {
  if (!*s) throw_(3, "empty");
  if (*s == 'x') throw_(4, "bad digit");
  return *s - '0';
}
static int total(int n, const char **v) {
  int sum = 0;
  for (volatile int i = 0; i < n; i++) {
    char *copy = malloc(16);
    if (setjmp(handlers[level++]) == 0) {
      sum += parse(v[i]);
      level--;
    } else
      printf("error %d %s at %d\n", last.code, last.what, i);
    free(copy);
  }
  return sum >= 0;
}
static void on_fpe(int s) { longjmp(top, s); }
int main(void) {
  volatile int tries = 0;
  int a = 5, b = a * 3, c = b - 7;
  int v = setjmp(top);
  printf("v=%d tries=%d %d %d %d\n", v, tries, a, b, c);
  if (v == 0) {
    tries++;
    int x = a * 100, y = b * 100, z = c * 100;
    printf("%d\n", x + y + z);
    depth(5000);
  }
  if (v == 7 && tries++ < 3) longjmp(top, 0);
  if (v == 1) {
    signal(SIGFPE, on_fpe);
    volatile int zero = 0;
    tries = 10 / zero;
  }
  signal(SIGFPE, SIG_DFL);
  nested(2, NULL);
  const char *words[] = {"1", "", "x", "9"};
  printf("%d\n", total(4, words));
  switch (setjmp(inner)) {
  case 0:
    longjmp(inner, -3);
  case -3:
    puts("minus three");
    break;
  default:
    puts("?");
  }
  return a + b + c;
}
