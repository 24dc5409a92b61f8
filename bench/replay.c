/*
 * The same replay in plain C: L1 data TLB of 16 sets of 4, L2 of 128 sets of 12, both true LRU; a paging-structure cache of 32
 * entries for page tables and 4 for each level above; four levels of tables. Written apart from the kernel.
 * Prints L1 misses, L2 hits, walks, table reads and seconds of CPU time (best of 3).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct set { uint64_t page[12]; int used; };

static struct set l1[16], l2[128];
static uint64_t psc[5][32];
static int psc_used[5];
static uint64_t *top;
static uint64_t misses, l2_hits, walks, reads;

/* Moves `page` to the front of a list of at most `ways`; 1: it was there. */
static int use(uint64_t *list, int *used, int ways, uint64_t page) {
    int at = 0;
    while (at < *used && list[at] != page) at++;
    int found = at < *used;
    if (!found && *used < ways) (*used)++;
    if (at >= *used) at = *used - 1;
    for (; at > 0; at--) list[at] = list[at - 1];
    list[0] = page;
    return found;
}

static int knows(int level, uint64_t prefix) {
    for (int i = 0; i < psc_used[level]; i++) if (psc[level][i] == prefix) return 1;
    return 0;
}

static uint64_t *entry_of(uint64_t page, int make) {
    uint64_t *table = top;
    for (int level = 4; level > 1; level--) {
        uint64_t *entry = &table[page >> 9 * (level - 1) & 511];
        if (*entry == 0) {
            if (!make) return NULL;
            *entry = (uint64_t)calloc(512, 8);
        }
        table = (uint64_t *)*entry;
    }
    return &table[page & 511];
}

static void walk(uint64_t page) {
    int start = 4;
    for (int level = 2; level <= 4; level++) if (knows(level, page >> 9 * (level - 1))) { start = level - 1; break; }
    walks++;
    reads += start;
    if (start < 4) use(psc[start + 1], &psc_used[start + 1], start + 1 == 2 ? 32 : 4, page >> 9 * start);
    for (int level = start; level > 1; level--) use(psc[level], &psc_used[level], level == 2 ? 32 : 4, page >> 9 * (level - 1));
    *entry_of(page, 0) |= 0x20;
}

static void touch(uint64_t word) {
    uint64_t page = word >> 12;
    struct set *first = &l1[page & 15], *second = &l2[page & 127];
    if (first->used > 0 && first->page[0] == page) return;
    if (use(first->page, &first->used, 4, page)) return;
    misses++;
    if (use(second->page, &second->used, 12, page)) l2_hits++;
    else walk(page);
}

int main(int argc, char **argv) {
    FILE *in = fopen(argc > 1 ? argv[1] : "", "rb");
    if (!in) return 1;
    fseek(in, 0, SEEK_END);
    long count = ftell(in) / 8;
    rewind(in);
    uint64_t *trace = malloc(count * 8);
    if (fread(trace, 8, count, in) != (size_t)count) return 1;
    top = calloc(512, 8);
    for (long i = 0; i < count; i++) *entry_of(trace[i] >> 12, 1) |= 7;
    double best = 1e9;
    for (int round = 0; round < 3; round++) {
        memset(l1, 0, sizeof l1);
        memset(l2, 0, sizeof l2);
        memset(psc_used, 0, sizeof psc_used);
        misses = l2_hits = walks = reads = 0;
        clock_t from = clock();
        for (long i = 0; i < count; i++) touch(trace[i]);
        double seconds = (double)(clock() - from) / CLOCKS_PER_SEC;
        if (seconds < best) best = seconds;
    }
    printf("%llu %llu %llu %llu %f\n", (unsigned long long)misses, (unsigned long long)l2_hits, (unsigned long long)walks, (unsigned long long)reads, best);
    return 0;
}
