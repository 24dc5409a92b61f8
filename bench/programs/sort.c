/* Quicksort written out, on integers, and the library's qsort. */
#include <stdio.h>
#include <stdlib.h>

static void sort(int *a, int low, int high) {
    if (low >= high) return;
    int pivot = a[(low + high) / 2], i = low, j = high;
    while (i <= j) {
        while (a[i] < pivot) i++;
        while (a[j] > pivot) j--;
        if (i <= j) {
            int t = a[i];
            a[i++] = a[j];
            a[j--] = t;
        }
    }
    sort(a, low, j);
    sort(a, i, high);
}

static int compare(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int main(void) {
    enum { N = 700000, M = 150000 };
    int *a = malloc(N * sizeof *a);
    unsigned seed = 42;
    for (int i = 0; i < N; i++) a[i] = (int)((seed = seed * 1664525u + 1013904223u) >> 4);
    qsort(a, M, sizeof *a, compare);
    sort(a, 0, N - 1);
    for (int i = 1; i < N; i++)
        if (a[i - 1] > a[i]) return 1;
    printf("%d %d\n", a[0], a[N - 1]);
    free(a);
    return 0;
}
