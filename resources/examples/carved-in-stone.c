/* Text in quotes is carved in stone.
 *
 * The letters of a string constant lie in pages that the program may
 * read but not write. The page is there, the permission is not:
 * SIGSEGV, and the report says "Bad permissions" instead of "address
 * not mapped". `char greeting[] = "…"` makes a copy on the stack that
 * you may change.
 */
#include <stdio.h>

int main(void) {
    char *greeting = "jello, world";
    puts("correcting a letter");
    fflush(stdout);
    greeting[0] = 'h';
    puts(greeting);
    return 0;
}
