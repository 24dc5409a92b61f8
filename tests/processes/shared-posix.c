/* POSIX shared memory: by name, after the name is gone, through read and mmap. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "/pagewise-shared-posix-test"

int main(void) {
  shm_unlink(NAME);
  errno = 0;
  printf("absent: %d", shm_open(NAME, O_RDWR, 0600));
  printf(" ENOENT %d\n", errno == ENOENT);
  int fd = shm_open(NAME, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0 || ftruncate(fd, 8192) != 0) return 1;
  struct stat facts;
  fstat(fd, &facts);
  printf("size %ld\n", (long)facts.st_size);
  char *text = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  strcpy(text + 4090, "across the page");
  pid_t child = fork();
  if (child == 0) {
    int mine = shm_open(NAME, O_RDWR, 0);
    char *view = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, mine, 0);
    close(mine);
    int same = strcmp(view + 4090, "across the page") == 0;
    strcpy(view, "from the child");
    _exit(same);
  }
  int status;
  wait(&status);
  printf("child saw it: %d, parent sees: %s\n", WEXITSTATUS(status), text);
  printf("unlink %d", shm_unlink(NAME));
  printf(", again %d", shm_unlink(NAME));
  printf(", still mapped: %s\n", text);
  errno = 0;
  int second = shm_open(NAME, O_CREAT | O_RDWR, 0600);
  struct stat fresh;
  fstat(second, &fresh);
  printf("a new one is empty: %ld\n", (long)fresh.st_size);
  shm_unlink(NAME);
  return 0;
}
