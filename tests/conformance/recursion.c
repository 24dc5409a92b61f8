/* Recursion: memo table, 100,000 levels, Ackermann, queens, permutations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static long long memo[91];
static long long fib(int n) { return n < 2 ? n : memo[n] ? memo[n] : (memo[n] = fib(n - 1) + fib(n - 2)); }
static int lcs[64][64];
static char grid[8][8];
static int sol;
static int cols[8];
static int depth(int n) {
  volatile char pad[16];
  pad[n & 15] = (char)n;
  return n == 0 ? 0 : 1 + depth(n - 1) + (pad[n & 15] - (char)n);
}
static void queens(int r) {
  if (r == 8) {
    if (sol++ == 0)
      for (int i = 0; i < 8; i++) grid[i][cols[i]] = 'Q';
    return;
  }
  for (int c = 0; c < 8; c++) {
    int ok = 1;
    for (int i = 0; i < r; i++)
      if (cols[i] == c || abs(cols[i] - c) == r - i) {
        ok = 0;
        break;
      }
    if (ok) {
      cols[r] = c;
      queens(r + 1);
    }
  }
}
static unsigned long ack(unsigned long m, unsigned long n) {
  return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1));
}
static void hanoi(int n, char a, char b, char c, int *k) {
  if (!n) return;
  hanoi(n - 1, a, c, b, k);
  if (++*k <= 5) printf("%c>%c ", a, c);
  hanoi(n - 1, b, a, c, k);
}
static int is_odd(int n);
static int is_even(int n) { return n == 0 ? 1 : is_odd(n - 1); }
static int is_odd(int n) { return n == 0 ? 0 : is_even(n - 1); }
static void perm(char *s, int k, int *n) {
  if (!s[k]) {
    if ((*n)++ % 20 == 0) printf("%s ", s);
    return;
  }
  for (int i = k; s[i]; i++) {
    char t = s[k];
    s[k] = s[i];
    s[i] = t;
    perm(s, k + 1, n);
    t = s[k];
    s[k] = s[i];
    s[i] = t;
  }
}
int main(void) {
  printf("%lld\n", fib(90));
  printf("%d\n", depth(100000));
  const char *a = "the quick brown fox jumps", *b = "a lazy dog quickly barks";
  int n = (int)strlen(a), m = (int)strlen(b);
  for (int i = 1; i <= n; i++)
    for (int j = 1; j <= m; j++)
      lcs[i][j] = a[i - 1] == b[j - 1]            ? lcs[i - 1][j - 1] + 1
                  : lcs[i - 1][j] > lcs[i][j - 1] ? lcs[i - 1][j]
                                                  : lcs[i][j - 1];
  printf("%d\n", lcs[n][m]);
  memset(grid, '.', sizeof grid);
  queens(0);
  printf("%d\n", sol);
  for (int i = 0; i < 8; i++) printf("%.8s\n", grid[i]);
  printf("%lu\n", ack(2, 9));
  int k = 0;
  hanoi(10, 'A', 'B', 'C', &k);
  printf("%d\n", k);
  printf("%d\n", is_even(5001));
  char s[] = "abcde";
  k = 0;
  perm(s, 0, &k);
  printf("%d %s\n", k, s);
  return 0;
}
