/* Only what malloc gave can be freed.
 *
 * The first free gets a pointer into the middle of a block, the second
 * an array on the stack. Neither address came from malloc, so both are
 * invalid; and the block itself is still there at the end, lost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char *spaces = malloc(16);
    strcpy(spaces, "   trimmed");
    while (*spaces == ' ') spaces++; /* now it points three bytes further */
    printf("[%s]\n", spaces);
    free(spaces);

    char letters[16] = "on the stack";
    char *borrowed = letters;
    printf("[%s]\n", borrowed);
    free(borrowed);
    return 0;
}
