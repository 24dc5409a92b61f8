/* The vanished page.
 *
 * A log of two pages is mapped, and its last entry was read already.
 * Then the file is cut to one page, perhaps by another program that
 * rotates logs. The mapping is as long as before, but behind its second
 * page there is no file any more: the next look is not SIGSEGV (the
 * address is mapped, the right to read is there) but SIGBUS.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096 };

int main(void) {
    char page[PAGE];
    int fd = open("events.log", O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd < 0) return 1;
    for (int i = 0; i < 2; i++) {
        memset(page, '.', sizeof page);
        snprintf(page, sizeof page, "entry %d", i + 1);
        if (write(fd, page, sizeof page) != sizeof page) return 1;
    }
    const char *events = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
    if (events == MAP_FAILED) return 1;
    unlink("events.log");
    printf("last: %s\n", events + PAGE);

    ftruncate(fd, PAGE); /* somebody rotates the log */
    printf("first: %s\n", events);
    fflush(stdout);
    printf("last: %s\n", events + PAGE);
    return 0;
}
