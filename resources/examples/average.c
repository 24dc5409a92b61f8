/* Numbers in, an average out.
 *
 * It reads from standard input until its end, so type some numbers in
 * the console (and end with Ctrl+D). The array doubles when it is
 * full: watch realloc move it, and the old block become free. Nothing
 * is lost here.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    size_t count = 0, room = 4;
    double *numbers = malloc(room * sizeof *numbers);
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (count == room) {
            room *= 2;
            numbers = realloc(numbers, room * sizeof *numbers);
        }
        numbers[count++] = strtod(line, NULL);
    }
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += numbers[i];
    if (count > 0) printf("the average of %zu numbers is %.2f\n", count, sum / (double)count);
    else puts("no numbers, no average");
    free(numbers);
    return 0;
}
