/* A table that is too large for the TLB.
 *
 * A database in small: 16 MiB of rows, looked up at random. With
 * pages of 4 KiB the table needs 4,096 translations, but the TLBs
 * hold 1,600: three lookups in five walk the page tables. With pages
 * of 2 MiB it needs 8. madvise asks for those; the machine gives them
 * when its transparent huge pages are set to "madvise" or "always".
 * Run it both ways, and compare hit rate, walks and cycles in the
 * Translation view.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

struct row {
    uint64_t key;
    uint64_t balance;
    char name[48];
};

enum { BYTES = 16 * 1024 * 1024, ROWS = BYTES / sizeof(struct row) };
enum { LOOKUPS = 200000 };

static uint64_t state = 88172645463325252;

static uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

int main(void) {
    struct row *table = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (table == MAP_FAILED) return 1;
    if (madvise(table, BYTES, MADV_HUGEPAGE) != 0) return 1;
    for (uint64_t i = 0; i < ROWS; i++) {
        table[i].key = i;
        table[i].balance = i * 7 % 1000;
    }
    uint64_t sum = 0;
    for (int i = 0; i < LOOKUPS; i++) {
        struct row *row = &table[next_random() % ROWS];
        sum += row->balance + (row->key & 1);
    }
    printf("%d lookups in %d rows: %llu\n", (int)LOOKUPS, (int)ROWS,
           (unsigned long long)sum);
    return 0;
}
