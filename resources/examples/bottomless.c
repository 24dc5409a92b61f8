/* Recursion without a floor.
 *
 * The function counts digits by cutting off the last one, until only a
 * 1 is left. That is fine for 1815. From 2026 it goes 202, 20, 2, 0,
 * 0, 0 … and never meets a 1. Every call takes a call frame from the
 * stack, and none comes back: after 8 MiB the next frame falls into
 * the guard below the stack, and the program ends with SIGSEGV. Watch
 * the faults: the stack grows page by page, one minor fault each.
 */
#include <stdio.h>

static int digits(int number) {
    char scratch[512];
    scratch[0] = (char)('0' + number % 10);
    if (number == 1) return 1; /* the floor, for some */
    return 1 + digits(number / 10) + (scratch[0] == '?');
}

int main(void) {
    printf("1815 has %d digits\n", digits(1815));
    fflush(stdout);
    printf("2026 has %d digits\n", digits(2026));
    return 0;
}
