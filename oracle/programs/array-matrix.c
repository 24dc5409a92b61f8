#include <stdio.h>
#include <stdlib.h>

static double **make(int n) {
  double **m = malloc(n * sizeof *m);
  for (int i = 0; i < n; i++) {
    m[i] = malloc(n * sizeof **m);
    for (int j = 0; j < n; j++) m[i][j] = i + j / 10.0;
  }
  return m;
}

int main(void) {
  double **a = make(6);
  double trace = 0;
  for (int i = 0; i < 6; i++) trace += a[i][i];
  printf("trace %.3f\n", trace);
  for (int i = 0; i < 6; i++) free(a[i]);
  return 0;
}
