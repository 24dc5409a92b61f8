/* System V shared memory (shmget(2), shmat(2), shmctl(2)). */
#ifndef _SYS_SHM_H
#define _SYS_SHM_H 1

#include <features.h>
#include <bits/size_t.h>
#include <sys/ipc.h>
#include <sys/types.h>

#define SHM_RDONLY 010000
#define SHM_R 0400
#define SHM_W 0200

typedef unsigned long shmatt_t;

struct shmid_ds {
  struct ipc_perm shm_perm;
  size_t shm_segsz;
  time_t shm_atime;
  time_t shm_dtime;
  time_t shm_ctime;
  pid_t shm_cpid;
  pid_t shm_lpid;
  shmatt_t shm_nattch;
};

int shmget(key_t key, size_t size, int flags);
void *shmat(int id, const void *at, int flags);
int shmdt(const void *at);
int shmctl(int id, int command, struct shmid_ds *to);

#endif
