#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>

static int sum(int n) {
  int values[n];
  char *copy = alloca(n);
  for (int i = 0; i < n; i++) { values[i] = i; copy[i] = (char)i; }
  int total = 0;
  for (int i = 0; i < n; i++) total += values[i] + copy[i];
  char *lost = malloc(n);
  lost[0] = 0;
  return total;
}

int main(void) {
  printf("%d %d\n", sum(10), sum(100));
  return 0;
}
