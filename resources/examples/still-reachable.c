/* Not every block that is not freed is lost.
 *
 * The table stays until the program ends, and a global variable points
 * at it all the time. The operating system takes it back with
 * everything else, so nothing grows and nobody is hurt: "still
 * reachable". Compare it with a real leak before you spend an evening
 * on it.
 */
#include <stdio.h>
#include <stdlib.h>

static unsigned *squares;

static unsigned square(unsigned n) {
    if (squares == NULL) {
        squares = malloc(100 * sizeof *squares);
        for (unsigned i = 0; i < 100; i++) squares[i] = i * i;
    }
    return squares[n];
}

int main(void) {
    printf("%u %u %u\n", square(3), square(12), square(99));
    return 0;
}
