/* A service that keeps its last lines in memory: every line is a block, and the oldest one goes. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEPT = 200 };

int main(void) {
    static char *lines[KEPT];
    for (unsigned long number = 0;; number++) {
        char **place = &lines[number % KEPT];
        free(*place);
        size_t length = 40 + number * 37 % 400;
        *place = malloc(length);
        if (*place == NULL) return 1;
        snprintf(*place, length, "event %lu: all is well", number);
        if (number % 20 == 19) usleep(200 * 1000);
    }
}
