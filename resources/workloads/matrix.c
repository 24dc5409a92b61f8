/* Numerical work in bursts: two matrices are multiplied, then it rests. */
#include <stdlib.h>
#include <unistd.h>

enum { N = 48 };

static double a[N][N], b[N][N];

int main(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) a[i][j] = i + j, b[i][j] = i == j;
    for (;;) {
        double (*product)[N] = malloc(sizeof(double[N][N]));
        if (product == NULL) return 1;
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double sum = 0;
                for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
                product[i][j] = sum;
            }
        int wrong = product[N - 1][N - 1] != a[N - 1][N - 1];
        free(product);
        if (wrong) return 2;
        sleep(1);
    }
}
