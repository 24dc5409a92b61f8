/* Priorities of processes (getpriority(2)). */
#ifndef _SYS_RESOURCE_H
#define _SYS_RESOURCE_H 1

#include <features.h>
#include <sys/time.h>
#include <sys/types.h>

#define PRIO_PROCESS 0
#define PRIO_PGRP 1
#define PRIO_USER 2
#define PRIO_MIN (-20)
#define PRIO_MAX 20

int getpriority(int which, id_t who);
int setpriority(int which, id_t who, int nice);

#endif
