/* A ledger on disk, used as if it were memory.
 *
 * mmap shows the file's pages in the address space. MAP_SHARED writes
 * into the page cache itself: the first write to each clean page is a
 * fault that notes it as dirty, all later ones cost nothing. A private
 * mapping copies a page before its first write, so the draft never
 * reaches the file. After fsync the clean pages can be thrown out of
 * RAM; the next look at the ledger waits for the disk, 5 ms each time.
 * See it in Page faults: write notify, copy on write, file read. With
 * readahead (machine options) six reads from the disk become two.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 6, BYTES = PAGES * PAGE };

static long total(const char *ledger) {
    long sum = 0;
    for (int i = 0; i < PAGES; i++)
        sum += ledger[i * PAGE]; /* one look at each page */
    return sum;
}

int main(void) {
    int fd = open("ledger.bin", O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || ftruncate(fd, BYTES) != 0) return 1;
    char *ledger = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *draft = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (ledger == MAP_FAILED || draft == MAP_FAILED) return 1;

    printf("empty: %ld\n", total(ledger));
    for (int i = 0; i < PAGES; i++)
        ledger[i * PAGE] = (char)(i + 1); /* write notify */
    printf("written: %ld, the draft sees %ld\n", total(ledger), total(draft));
    draft[0] = 100;                       /* copy on write */
    printf("draft: %ld, ledger: %ld\n", total(draft), total(ledger));

    munmap(draft, BYTES);
    munmap(ledger, BYTES);
    fsync(fd);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ledger = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, fd, 0);
    if (ledger == MAP_FAILED) return 1;
    printf("from the disk: %ld\n", total(ledger)); /* file reads */
    munmap(ledger, BYTES);
    close(fd);
    unlink("ledger.bin");
    return 0;
}
