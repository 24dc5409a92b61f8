/*
 * A virtual machine in small: 16 MiB of guest memory are one mapping of the host, and a guest with page tables of its own jumps
 * about in it. Each guest access first reads the guest's page table, then the page: two places far apart.
 *
 * A guest's memory is the classical customer of huge pages, because the host cannot know which part will be hot. The
 * mapping asks for them with madvise; compare the walks with huge pages granted and refused.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { GUEST_BYTES = 16 * 1024 * 1024, GUEST_PAGE = 4096, GUEST_PAGES = GUEST_BYTES / GUEST_PAGE, STEPS = 150000 };

static unsigned char *guest;

/* The guest's page table fills its first pages: one 32-bit frame number for each guest page. */
static unsigned char *translate(uint32_t va) {
    uint32_t frame;
    memcpy(&frame, guest + 4 * (va / GUEST_PAGE), sizeof frame);
    return guest + (uint64_t)frame * GUEST_PAGE + va % GUEST_PAGE;
}

int main(void) {
    guest = mmap(NULL, GUEST_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guest == MAP_FAILED) return 1;
    if (madvise(guest, GUEST_BYTES, MADV_HUGEPAGE) != 0) return 1;
    const uint32_t reserved = 4 * GUEST_PAGES / GUEST_PAGE;
    for (uint32_t page = 0; page < GUEST_PAGES; page++) {
        uint32_t frame = page < reserved ? page : reserved + (page * 769u) % (GUEST_PAGES - reserved);
        memcpy(guest + 4 * page, &frame, sizeof frame);
    }
    uint32_t va = reserved * GUEST_PAGE, checksum = 0;
    for (int step = 0; step < STEPS; step++) {
        va = reserved * GUEST_PAGE + (va * 1664525u + 1013904223u) % (GUEST_BYTES - reserved * GUEST_PAGE);
        unsigned char *byte = translate(va);
        *byte = (unsigned char)(*byte + step);
        checksum = checksum * 31 + *byte;
    }
    printf("%d guest accesses, checksum %u\n", (int)STEPS, (unsigned)checksum);
    return 0;
}
