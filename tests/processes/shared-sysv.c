/* System V shared memory. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int id = shmget(IPC_PRIVATE, 10000, IPC_CREAT | 0600);
  int *numbers = shmat(id, NULL, 0);
  numbers[2000] = 7;
  struct shmid_ds facts;
  shmctl(id, IPC_STAT, &facts);
  printf("size %zu, attached %lu, creator %d\n", facts.shm_segsz, (unsigned long)facts.shm_nattch, facts.shm_cpid == getpid());
  pid_t child = fork();
  if (child == 0) {
    struct shmid_ds now;
    shmctl(id, IPC_STAT, &now);
    numbers[0] = (int)now.shm_nattch;
    int *again = shmat(id, NULL, SHM_RDONLY);
    int value = again[2000];
    numbers[2000] = 8;
    shmdt(numbers);
    _exit(value + again[2000]);
  }
  int status;
  wait(&status);
  shmctl(id, IPC_STAT, &facts);
  printf("child counted %d attachments and read %d; now %lu\n", numbers[0], WEXITSTATUS(status), (unsigned long)facts.shm_nattch);
  printf("removed %d", shmctl(id, IPC_RMID, NULL));
  printf(", still there: %d", numbers[2000]);
  printf(", detached %d", shmdt(numbers));
  errno = 0;
  void *again = shmat(id, NULL, 0);
  printf(", gone: %d %d\n", again == (void *)-1, errno == EINVAL);
  return 0;
}
