/* Lists of blocks, some lost, touched in turn while most of them are in swap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; char text[1000]; };

static struct node *kept;

static struct node *build(int count, char fill) {
    struct node *list = NULL;
    for (int i = 0; i < count; i++) {
        struct node *node = malloc(sizeof *node);
        memset(node->text, fill, sizeof node->text);
        node->next = list;
        list = node;
    }
    return list;
}

int main(void) {
    kept = build(900, 'k');
    struct node *lost = build(600, 'l');
    lost = build(300, 'm');
    long sum = 0;
    for (struct node *node = kept; node != NULL; node = node->next) sum += node->text[500];
    for (struct node *node = lost; node != NULL; node = node->next) sum += node->text[500];
    printf("%ld\n", sum);
    lost = NULL;
    return 0;
}
