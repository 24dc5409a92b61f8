/* A linked list, walked again and again: dependent loads. */
#include <stdio.h>
#include <stdlib.h>

struct node { long value; struct node *next; };

int main(void) {
    struct node *head = NULL;
    for (long i = 0; i < 20000; i++) {
        struct node *node = malloc(sizeof *node);
        node->value = i;
        node->next = head;
        head = node;
    }
    long sum = 0;
    for (int round = 0; round < 1000; round++)
        for (struct node *node = head; node; node = node->next) sum += node->value ^ round;
    printf("%ld\n", sum);
    while (head) {
        struct node *next = head->next;
        free(head);
        head = next;
    }
    return 0;
}
