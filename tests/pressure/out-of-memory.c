/* A child takes more than half of RAM and sleeps; the parent then needs the rest and more: the child is the one to go. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_PAGES = 300, PARENT_PAGES = 220 };

static int *touch(int pages) {
    int *memory = malloc((size_t)pages * 4096);
    if (memory == NULL) exit(4);
    for (int page = 0; page < pages; page++) memory[page * 1024] = page + 7;
    return memory;
}

int main(void) {
    int ready[2];
    if (pipe(ready) != 0) return 2;
    pid_t pid = fork();
    if (pid == 0) {
        touch(CHILD_PAGES);
        if (write(ready[1], "x", 1) != 1) _exit(3);
        for (;;) pause();
    }
    char byte;
    if (read(ready[0], &byte, 1) != 1) return 3;
    int *memory = touch(PARENT_PAGES);
    int wrong = 0, status = 0;
    for (int page = 0; page < PARENT_PAGES; page++) wrong += memory[page * 1024] != page + 7;
    if (waitpid(pid, &status, 0) != pid) return 5;
    printf("child ended by signal %d, parent has %d wrong\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0, wrong);
    return 0;
}
