/* Touches three times as much memory as the machine has and verifies every word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 768, WORDS = 512 };

int main(void) {
    unsigned long *memory = malloc((size_t)PAGES * 4096);
    if (memory == NULL) return 1;
    for (int round = 0; round < 3; round++) {
        for (long page = 0; page < PAGES; page++)
            for (long word = 0; word < WORDS; word += 64) memory[page * WORDS + word] = (unsigned long)(page * 1000003 + word + round);
        /* Copies between pages that are far apart, across page boundaries. */
        for (long page = 0; page + 400 < PAGES; page += 7)
            memcpy((char *)(memory + (page + 400) * WORDS) + 4000, (char *)(memory + page * WORDS) + 8, 90);
        unsigned long sum = 0, wrong = 0;
        for (long page = 0; page < PAGES; page++) {
            for (long word = 0; word < WORDS - 64; word += 64) {
                unsigned long found = memory[page * WORDS + word];
                if (found != (unsigned long)(page * 1000003 + word + round) && word != 0) wrong++;
                sum += found;
            }
        }
        printf("round %d: sum %lu, %lu wrong\n", round, sum, wrong);
    }
    free(memory);
    return 0;
}
