/* The pointer dies with its function.
 *
 * `shout` takes a block for its capital letters and forgets to free
 * it. The only pointer to the block is a local variable: when shout
 * returns, its call frame is popped and the address is gone. Three
 * calls, three lost blocks, but one loss record, because they were all
 * allocated at the same place.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void shout(const char *words) {
    size_t length = strlen(words);
    char *loud = malloc(length + 1);
    for (size_t i = 0; i <= length; i++) loud[i] = (char)toupper((unsigned char)words[i]);
    puts(loud);
} /* here goes `loud` */

int main(void) {
    const char *announcements[] = {"mind the gap", "doors closing", "all change"};
    for (int i = 0; i < 3; i++) shout(announcements[i]);
    return 0;
}
