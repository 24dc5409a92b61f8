/* Possibly lost: a pointer into the middle.
 *
 * The program walks through its block with the only pointer that it
 * has. At the end that pointer still points into the block, but no
 * longer at its start. Perhaps the program can find back (subtract and
 * free), perhaps it cannot: the leak check says "possibly lost". Keep
 * the start in a variable of its own.
 */
#include <stdio.h>
#include <stdlib.h>

static int *cursor;

int main(void) {
    cursor = malloc(8 * sizeof *cursor);
    for (int i = 0; i < 8; i++) cursor[i] = i * i;
    int sum = 0;
    for (int i = 0; i < 5; i++) sum += *cursor++; /* where was the start again? */
    printf("the first five squares add up to %d\n", sum);
    return 0;
}
