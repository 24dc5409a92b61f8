/* Scheduling (sched_yield(2)). */
#ifndef _SCHED_H
#define _SCHED_H 1

#include <features.h>
#include <sys/types.h>

int sched_yield(void);

#endif
