/* A family of processes shares pages, writes to some, and all verify what they see while RAM is short. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGES = 400, CHILDREN = 4 };

static int verify(const int *memory, int who) {
    int wrong = 0;
    for (int page = 0; page < PAGES; page++) {
        int expected = who >= 0 && page % CHILDREN == who ? 1000000 * (who + 1) + page : page;
        if (memory[page * 1024] != expected) wrong++;
    }
    return wrong;
}

int main(void) {
    int *memory = malloc(PAGES * 4096);
    for (int page = 0; page < PAGES; page++) memory[page * 1024] = page;
    for (int child = 0; child < CHILDREN; child++) {
        pid_t pid = fork();
        if (pid < 0) return 2;
        if (pid == 0) {
            for (int page = child; page < PAGES; page += CHILDREN) memory[page * 1024] = 1000000 * (child + 1) + page;
            int wrong = verify(memory, child);
            wrong += verify(memory, child);
            _exit(wrong == 0 ? 10 + child : 1);
        }
    }
    int statuses = 0;
    for (int child = 0; child < CHILDREN; child++) {
        int status;
        if (wait(&status) < 0) return 3;
        statuses += WEXITSTATUS(status);
    }
    printf("children %d, parent has %d wrong\n", statuses, verify(memory, -1));
    free(memory);
    return 0;
}
