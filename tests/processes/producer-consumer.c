/* A ring buffer in shared memory between two processes, by atomics and yielding. */
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS 16
#define ITEMS 2000
struct ring {
  unsigned head, tail;
  int slots[SLOTS];
};

int main(void) {
  struct ring *ring = mmap(NULL, sizeof *ring, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < ITEMS; i++) {
      while (__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) == SLOTS) sched_yield();
      ring->slots[ring->head % SLOTS] = i * i;
      __atomic_add_fetch(&ring->head, 1, __ATOMIC_RELEASE);
    }
    _exit(0);
  }
  long sum = 0;
  int inOrder = 1;
  for (int i = 0; i < ITEMS; i++) {
    while (__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) == __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE)) sched_yield();
    int value = ring->slots[ring->tail % SLOTS];
    inOrder &= value == i * i;
    sum += value;
    __atomic_add_fetch(&ring->tail, 1, __ATOMIC_RELEASE);
  }
  wait(NULL);
  printf("sum %ld in order %d\n", sum, inOrder);
  return 0;
}
