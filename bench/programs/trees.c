/* Binary trees made and freed: malloc and free all the time. */
#include <stdio.h>
#include <stdlib.h>

struct tree { struct tree *left, *right; };

static struct tree *make(int depth) {
    struct tree *tree = malloc(sizeof *tree);
    tree->left = depth > 0 ? make(depth - 1) : NULL;
    tree->right = depth > 0 ? make(depth - 1) : NULL;
    return tree;
}

static int count(const struct tree *tree) {
    return tree ? 1 + count(tree->left) + count(tree->right) : 0;
}

static void destroy(struct tree *tree) {
    if (!tree) return;
    destroy(tree->left);
    destroy(tree->right);
    free(tree);
}

int main(void) {
    int nodes = 0;
    for (int round = 0; round < 30; round++) {
        struct tree *tree = make(13);
        nodes += count(tree);
        destroy(tree);
    }
    printf("%d\n", nodes);
    return 0;
}
