/* Like a build server: each job is a child that shares its parent's tables until it writes to them. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CELLS = 32 * 1024 };

int main(void) {
    int *table = malloc(CELLS * sizeof *table);
    if (table == NULL) return 1;
    for (int i = 0; i < CELLS; i++) table[i] = i;
    for (int job = 0;; job++) {
        pid_t child = fork();
        if (child < 0) return 2;
        if (child == 0) {
            for (int i = job % 64; i < CELLS; i += 4096) table[i] += job;
            usleep(300 * 1000);
            _exit(0);
        }
        waitpid(child, NULL, 0);
        usleep(700 * 1000);
    }
}
