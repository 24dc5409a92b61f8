/* MAP_SHARED | MAP_ANONYMOUS across fork is one memory; MAP_PRIVATE is not. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int *shared = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int *own = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  shared[0] = own[0] = 1;
  pid_t child = fork();
  if (child == 0) {
    shared[0] += 10;
    own[0] += 10;
    shared[2048] = own[2048] = 5;
    munmap(shared, 4096);
    _exit(own[0]);
  }
  int status;
  wait(&status);
  printf("shared %d %d, private %d %d, child had %d\n", shared[0], shared[2048], own[0], own[2048], WEXITSTATUS(status));
  for (int i = 0; i < 4; i++) {
    if (fork() == 0) {
      for (int k = 0; k < 1000; k++) __atomic_fetch_add(&shared[1], 1, __ATOMIC_SEQ_CST);
      _exit(0);
    }
  }
  while (wait(NULL) > 0) {}
  printf("counted together %d\n", shared[1]);
  return 0;
}
