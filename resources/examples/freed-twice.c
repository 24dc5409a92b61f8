/* Two owners, one block, two frees.
 *
 * Both friends believe that the umbrella is theirs to give back. The
 * second free is an invalid one: the block was free'd already. In a
 * real heap it can damage the list of free blocks, and the crash comes
 * much later and somewhere else. Decide who owns a block; the others
 * only borrow it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct friend {
    char *umbrella;
};

static void go_home(struct friend *who) {
    free(who->umbrella);
    who->umbrella = NULL;
}

int main(void) {
    char *umbrella = strdup("red umbrella");
    struct friend anna = {umbrella};
    struct friend ben = {umbrella};
    printf("two friends share one %s\n", umbrella);
    go_home(&anna);
    go_home(&ben);
    return 0;
}
