/* Memory costs nothing until you touch it.
 *
 * The program reserves 64 MiB and writes to one byte in every
 * sixteenth page. malloc only promised addresses: a page gets a frame
 * of RAM at its first touch, with a minor fault. Open Page faults and
 * Memory and count: 1,024 touched pages, 15 times as many that exist
 * only on paper.
 */
#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 4096, PAGES = 16384, STRIDE = 16 };

int main(void) {
    char *field = malloc((size_t)PAGE * PAGES);
    int touched = 0;
    for (int page = 0; page < PAGES; page += STRIDE) {
        field[(size_t)page * PAGE] = 1;
        touched++;
    }
    printf("reserved %d pages, touched %d\n", PAGES, touched);
    free(field);
    return 0;
}
