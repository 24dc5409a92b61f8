/* Large local arrays, arrays of variable length, alloca, compound literals. */
#include <alloca.h>
#include <stdio.h>
#include <string.h>
static long f(int n) {
  int a[1000];
  for (int i = 0; i < 1000; i++) a[i] = i * n;
  long s = 0;
  for (int i = 0; i < 1000; i++) s += a[i];
  return n ? s + f(n - 1) : s;
}
static int vla(int n) {
  int a[n][n + 1];
  memset(a, 1, sizeof a);
  a[n - 1][n] = 5;
  return (int)sizeof a + a[n - 1][n] + a[0][0];
}
int main(void) {
  char big[3 << 20];
  memset(big, 'x', sizeof big);
  big[sizeof big - 1] = 0;
  printf("%zu\n", strlen(big));
  printf("%ld\n", f(1000));
  int t = 0;
  for (int i = 1; i < 200; i += 13) t += vla(i);
  printf("%d\n", t);
  char *p = alloca(5000);
  strcpy(p, "alloca");
  for (int i = 0; i < 100; i++) {
    char *q = alloca(64);
    sprintf(q, "%s%d", p, i);
    if (i == 99) puts(q);
  }
  int *m = (int[]){1, 2, 3, [10] = 7};
  printf("%d %d\n", m[10], m[9]);
  static char st[1 << 16];
  for (int i = 0; i < 1 << 16; i += 4096) st[i] = 1;
  int c = 0;
  for (int i = 0; i < 1 << 16; i++) c += st[i];
  printf("%d\n", c);
  return 0;
}
