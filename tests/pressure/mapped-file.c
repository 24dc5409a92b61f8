/* A file larger than the page cache's share, mapped shared, changed and read back while RAM is short. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGES = 500 };

int main(void) {
    int fd = open("/data", O_RDWR | O_CREAT, 0600);
    static char page[4096];
    for (int i = 0; i < PAGES; i++) {
        memset(page, 'a' + i % 26, sizeof page);
        if (write(fd, page, sizeof page) != sizeof page) return 1;
    }
    char *map = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) return 2;
    for (int i = 0; i < PAGES; i += 3) map[i * 4096 + 5] = '#';
    int wrong = 0;
    for (int i = 0; i < PAGES; i++) {
        char expected = i % 3 == 0 ? '#' : (char)('a' + i % 26);
        if (map[i * 4096 + 5] != expected || map[i * 4096 + 4095] != 'a' + i % 26) wrong++;
    }
    munmap(map, PAGES * 4096);
    lseek(fd, 0, SEEK_SET);
    for (int i = 0; i < PAGES; i++) {
        if (read(fd, page, sizeof page) != sizeof page) return 3;
        if (page[5] != (i % 3 == 0 ? '#' : 'a' + i % 26)) wrong++;
    }
    printf("%d wrong\n", wrong);
    return 0;
}
