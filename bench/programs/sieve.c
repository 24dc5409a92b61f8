/* Sieve of Eratosthenes: byte stores with growing strides over 2 MB. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    enum { N = 2000000, ROUNDS = 6 };
    char *composite = malloc(N + 1);
    int primes = 0;
    for (int round = 0; round < ROUNDS; round++) {
        memset(composite, 0, N + 1);
        primes = 0;
        for (int i = 2; i <= N; i++) {
            if (composite[i]) continue;
            primes++;
            for (long j = (long)i * i; j <= N; j += i) composite[j] = 1;
        }
    }
    printf("%d\n", primes);
    free(composite);
    return 0;
}
