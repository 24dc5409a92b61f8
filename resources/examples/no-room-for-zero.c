/* A string is one byte longer than it looks.
 *
 * "Pagewise" has eight letters, and a ninth byte, the zero that ends
 * it. The block has eight. The copy writes the zero just after it: an
 * invalid write of size 1. Every strlen of a copy needs its + 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *text) {
    size_t length = strlen(text);
    char *result = malloc(length); /* length + 1! */
    for (size_t i = 0; i < length; i++) result[i] = text[i];
    result[length] = '\0';
    return result;
}

int main(void) {
    char *name = copy("Pagewise");
    printf("copied %c...%c\n", name[0], name[7]);
    free(name);
    return 0;
}
