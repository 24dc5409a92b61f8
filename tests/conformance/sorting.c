/* qsort with several orders, bsearch, quick sort, merge sort. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef struct {
  char name[16];
  int age;
  double gpa;
} Student;
static int cmp_gpa(const void *a, const void *b) {
  double x = ((const Student *)a)->gpa, y = ((const Student *)b)->gpa;
  return (x < y) - (x > y);
}
static int cmp_name(const void *a, const void *b) {
  return strcmp(((const Student *)a)->name, ((const Student *)b)->name);
}
static int cmp_int(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}
static int cmp_str(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
static void quick(int *a, int lo, int hi) {
  if (lo >= hi) return;
  int p = a[(lo + hi) / 2], i = lo, j = hi;
  while (i <= j) {
    while (a[i] < p) i++;
    while (a[j] > p) j--;
    if (i <= j) {
      int t = a[i];
      a[i++] = a[j];
      a[j--] = t;
    }
  }
  quick(a, lo, j);
  quick(a, i, hi);
}
static void merge(int *a, int *t, int n) {
  if (n < 2) return;
  int m = n / 2;
  merge(a, t, m);
  merge(a + m, t, n - m);
  int i = 0, j = m, k = 0;
  while (i < m && j < n) t[k++] = a[i] <= a[j] ? a[i++] : a[j++];
  while (i < m) t[k++] = a[i++];
  while (j < n) t[k++] = a[j++];
  memcpy(a, t, n * sizeof *a);
}
int main(void) {
  Student s[] = {{"Zoe", 20, 3.5}, {"Adam", 22, 3.9}, {"Mia", 19, 3.5}, {"Bob", 25, 2.1}};
  int n = 4;
  qsort(s, n, sizeof *s, cmp_gpa);
  for (int i = 0; i < n; i++) printf("%-6s %d %.2f\n", s[i].name, s[i].age, s[i].gpa);
  qsort(s, n, sizeof *s, cmp_name);
  Student k = {"Mia", 0, 0}, *f = bsearch(&k, s, n, sizeof *s, cmp_name);
  printf("%s %d %ld\n", f->name, f->age, (long)(f - s));
  int a[500], b[500], c[500], t[500];
  unsigned r = 1;
  for (int i = 0; i < 500; i++) {
    r = r * 1664525u + 1013904223u;
    a[i] = b[i] = c[i] = (int)(r >> 8) % 1000 - 500;
  }
  qsort(a, 500, sizeof *a, cmp_int);
  quick(b, 0, 499);
  merge(c, t, 500);
  printf("%d %d %d %d\n", memcmp(a, b, sizeof a), memcmp(a, c, sizeof a), a[0], a[499]);
  const char *w[] = {"pear", "apple", "fig", "banana", "Apple"};
  qsort(w, 5, sizeof *w, cmp_str);
  for (int i = 0; i < 5; i++) printf("%s ", w[i]);
  puts("");
  return bsearch(&n, a, 500, sizeof *a, cmp_int) != NULL;
}
