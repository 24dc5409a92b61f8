/* Lose one pointer, lose a whole list.
 *
 * The front wagon is definitely lost: nothing points at it any more.
 * The wagons behind it are indirectly lost: something does point at
 * them, but only wagons that are lost themselves. Free the front one
 * properly and you would reach them all, so mend the definite loss
 * first and the indirect ones often vanish with it.
 */
#include <stdio.h>
#include <stdlib.h>

struct wagon {
    int load;
    struct wagon *next;
};

static struct wagon *couple(struct wagon *train, int load) {
    struct wagon *wagon = malloc(sizeof *wagon);
    wagon->load = load;
    wagon->next = train;
    return wagon;
}

int main(void) {
    struct wagon *train = NULL;
    for (int load = 10; load <= 50; load += 10) train = couple(train, load);
    int total = 0;
    for (struct wagon *wagon = train; wagon != NULL; wagon = wagon->next) total += wagon->load;
    printf("the train carries %d tonnes\n", total);
    train = NULL; /* "tidied up" */
    return 0;
}
