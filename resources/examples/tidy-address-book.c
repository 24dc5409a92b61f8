/* A tidy program.
 *
 * Every card that malloc hands out comes back to free, so the report
 * has nothing to complain about. Use it to see what "All heap blocks
 * were freed" looks like, and what a heap looks like while it grows
 * and shrinks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct card {
    char *name;
    int number;
    struct card *next;
};

static struct card *add(struct card *book, const char *name, int number) {
    struct card *card = malloc(sizeof *card);
    card->name = strdup(name);
    card->number = number;
    card->next = book;
    return card;
}

static void burn(struct card *book) {
    while (book != NULL) {
        struct card *next = book->next; /* read it before the card is gone */
        free(book->name);
        free(book);
        book = next;
    }
}

int main(void) {
    struct card *book = NULL;
    book = add(book, "Grace", 1906);
    book = add(book, "Ada", 1815);
    book = add(book, "Barbara", 1939);
    for (struct card *card = book; card != NULL; card = card->next) printf("%-8s %d\n", card->name, card->number);
    burn(book);
    return 0;
}
