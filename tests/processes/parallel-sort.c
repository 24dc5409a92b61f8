/* Merge sort whose halves are sorted by child processes, which send them back through pipes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void read_all(int fd, void *to, size_t n) {
  char *at = to;
  while (n > 0) {
    ssize_t part = read(fd, at, n);
    if (part <= 0) exit(1);
    at += part;
    n -= (size_t)part;
  }
}

static void sort(int *numbers, int count, int depth) {
  if (depth == 0) {
    qsort(numbers, (size_t)count, sizeof *numbers, compare);
    return;
  }
  int half = count / 2, ends[2];
  if (pipe(ends) != 0) exit(1);
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    sort(numbers, half, depth - 1);
    write(ends[1], numbers, (size_t)half * sizeof *numbers);
    _exit(0);
  }
  close(ends[1]);
  sort(numbers + half, count - half, depth - 1);
  read_all(ends[0], numbers, (size_t)half * sizeof *numbers);
  close(ends[0]);
  waitpid(child, NULL, 0);
  int *merged = malloc((size_t)count * sizeof *merged);
  int a = 0, b = half;
  for (int i = 0; i < count; i++) merged[i] = b == count || (a < half && numbers[a] <= numbers[b]) ? numbers[a++] : numbers[b++];
  for (int i = 0; i < count; i++) numbers[i] = merged[i];
  free(merged);
}

int main(void) {
  enum { COUNT = 4000 };
  int *numbers = malloc(COUNT * sizeof *numbers);
  unsigned state = 12345;
  for (int i = 0; i < COUNT; i++) {
    state = state * 1103515245 + 12345;
    numbers[i] = (int)(state >> 8) % 100000;
  }
  sort(numbers, COUNT, 3);
  int sorted = 1;
  for (int i = 1; i < COUNT; i++) sorted &= numbers[i - 1] <= numbers[i];
  printf("sorted %d, first %d, last %d\n", sorted, numbers[0], numbers[COUNT - 1]);
  free(numbers);
  return 0;
}
