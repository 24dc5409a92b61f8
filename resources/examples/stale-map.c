/* The map is older than the town.
 *
 * realloc may move a block to find more room. `first` still points at
 * the old place. Writing through it is an invalid write into a block
 * that realloc has freed. After realloc only its result is good; find
 * everything else again from there.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int *houses = malloc(4 * sizeof *houses);
    int *first = &houses[0];
    for (int i = 0; i < 4; i++) houses[i] = i + 1;
    houses = realloc(houses, 4000 * sizeof *houses);
    *first = 100; /* delivered to an address that no longer exists */
    printf("the first house has number %d\n", houses[0]);
    free(houses);
    return 0;
}
