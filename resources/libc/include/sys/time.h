/* Time of day (gettimeofday(2)). */
#ifndef _SYS_TIME_H
#define _SYS_TIME_H 1
#include <features.h>
#include <bits/time_types.h>
int gettimeofday(struct timeval *__PW_RESTRICT to, void *__PW_RESTRICT zone);
#endif
