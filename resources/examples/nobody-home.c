/* Nobody home at address zero.
 *
 * `find` answers NULL when it does not know a name. Nobody asks
 * whether it did. Page zero is never mapped, so that exactly this is
 * caught: the program gets SIGSEGV. Look at the address in the report:
 * it is not 0 but the offset of the member.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct person {
    char name[16];
    int year;
};

static struct person people[] = {{"Ada", 1815}, {"Grace", 1906}, {"Barbara", 1939}};

static struct person *find(const char *name) {
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        if (strcmp(people[i].name, name) == 0) return &people[i];
    }
    return NULL;
}

int main(void) {
    printf("Ada was born in %d\n", find("Ada")->year);
    fflush(stdout);
    printf("Charles was born in %d\n", find("Charles")->year);
    return 0;
}
