/* Sawing off the branch you sit on.
 *
 * The loop frees a branch and then asks that very branch where the
 * next one is. The block is gone: an invalid read, 8 bytes inside a
 * block that was free'd, and the report shows both places, the read
 * and the free. Read `next` first, then free.
 */
#include <stdio.h>
#include <stdlib.h>

struct branch {
    int leaves;
    struct branch *next;
};

static struct branch *grow(struct branch *tree, int leaves) {
    struct branch *branch = malloc(sizeof *branch);
    branch->leaves = leaves;
    branch->next = tree;
    return branch;
}

int main(void) {
    struct branch *tree = NULL;
    for (int i = 1; i <= 3; i++) tree = grow(tree, 100 * i);
    for (struct branch *branch = tree; branch != NULL; branch = branch->next) {
        printf("sawing off %d leaves\n", branch->leaves);
        free(branch);
    }
    return 0;
}
