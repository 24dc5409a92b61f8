/* Recursion without a floor.
 *
 * Every call takes a call frame from the stack, and this one never comes back. After 8 MiB the
 * stack has reached its limit; the next frame falls into the guard below it and the program
 * ends with SIGSEGV. Watch the faults: the stack grows page by page, one minor fault each.
 */
#include <stdio.h>

static unsigned long digits(unsigned long number) {
    char scratch[512];
    snprintf(scratch, sizeof scratch, "%lu", number);
    return 1 + digits(number / 10); /* and when number is 0? */
}

int main(void) {
    puts("counting digits");
    fflush(stdout);
    printf("%lu\n", digits(1815));
    return 0;
}
