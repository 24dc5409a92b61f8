/* Multiplication of square matrices of doubles. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    enum { N = 280 };
    double *a = malloc(sizeof(double) * N * N), *b = malloc(sizeof(double) * N * N), *c = calloc(N * N, sizeof(double));
    for (int i = 0; i < N * N; i++) {
        a[i] = i % 7;
        b[i] = i % 5;
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++) sum += a[i * N + k] * b[k * N + j];
            c[i * N + j] = sum;
        }
    double trace = 0;
    for (int i = 0; i < N; i++) trace += c[i * N + i];
    printf("%.1f\n", trace);
    free(a);
    free(b);
    free(c);
    return 0;
}
