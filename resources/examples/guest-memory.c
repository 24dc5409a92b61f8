/* A machine within the machine: guest memory as one mapping.
 *
 * A virtual machine in small. 16 MiB of guest memory are one mapping
 * of the host, and a guest with a page table of its own jumps about
 * in it: each of its accesses reads that table first, then the page,
 * two places far apart. The host cannot know which part will be hot,
 * so it asks for huge pages with madvise. Compare the walks when the
 * machine grants them ("madvise" or "always") and when it does not.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { GUEST_BYTES = 16 * 1024 * 1024, PAGE = 4096 };
enum { PAGES = GUEST_BYTES / PAGE, STEPS = 150000 };
/* The guest's page table: a 32-bit frame number for each page. */
enum { TABLE_PAGES = 4 * PAGES / PAGE };

static unsigned char *guest;

static unsigned char *translate(uint32_t va) {
    uint32_t frame;
    memcpy(&frame, guest + 4 * (va / PAGE), sizeof frame);
    return guest + (uint64_t)frame * PAGE + va % PAGE;
}

static void make_table(void) {
    for (uint32_t page = 0; page < PAGES; page++) {
        uint32_t frame = page;
        if (page >= TABLE_PAGES)
            frame = TABLE_PAGES + page * 769u % (PAGES - TABLE_PAGES);
        memcpy(guest + 4 * page, &frame, sizeof frame);
    }
}

int main(void) {
    guest = mmap(NULL, GUEST_BYTES, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guest == MAP_FAILED) return 1;
    if (madvise(guest, GUEST_BYTES, MADV_HUGEPAGE) != 0) return 1;
    make_table();
    const uint32_t first = TABLE_PAGES * PAGE;
    uint32_t va = first, checksum = 0;
    for (int step = 0; step < STEPS; step++) {
        va = va * 1664525u + 1013904223u;
        va = first + va % (GUEST_BYTES - first);
        unsigned char *byte = translate(va);
        *byte = (unsigned char)(*byte + step);
        checksum = checksum * 31 + *byte;
    }
    printf("%d guest accesses, checksum %u\n", (int)STEPS,
           (unsigned)checksum);
    return 0;
}
