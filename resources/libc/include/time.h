/* Date and time (C11 7.27). The simulated system's clock is simulated time; its local time zone is UTC. */
#ifndef _TIME_H
#define _TIME_H 1

#include <features.h>
#include <bits/size_t.h>
#include <bits/time_types.h>

typedef long clock_t;
#define CLOCKS_PER_SEC ((clock_t)1000000)
#define TIME_UTC 1

struct tm {
  int tm_sec;
  int tm_min;
  int tm_hour;
  int tm_mday;
  int tm_mon;
  int tm_year;
  int tm_wday;
  int tm_yday;
  int tm_isdst;
  long tm_gmtoff;
  const char *tm_zone;
};

clock_t clock(void);
time_t time(time_t *to);
double difftime(time_t later, time_t earlier) __PW_CONST;
time_t mktime(struct tm *parts);
struct tm *gmtime(const time_t *when);
struct tm *localtime(const time_t *when);
char *asctime(const struct tm *parts);
char *ctime(const time_t *when);
size_t strftime(char *__PW_RESTRICT to, size_t size, const char *__PW_RESTRICT format, const struct tm *__PW_RESTRICT parts)
    __attribute__((__format__(__strftime__, 3, 0)));
int timespec_get(struct timespec *to, int base);

#ifdef __PW_POSIX
typedef int clockid_t;
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
struct tm *gmtime_r(const time_t *__PW_RESTRICT when, struct tm *__PW_RESTRICT to);
struct tm *localtime_r(const time_t *__PW_RESTRICT when, struct tm *__PW_RESTRICT to);
char *asctime_r(const struct tm *__PW_RESTRICT parts, char *__PW_RESTRICT to);
char *ctime_r(const time_t *when, char *to);
int clock_gettime(clockid_t clock, struct timespec *to);
int clock_getres(clockid_t clock, struct timespec *to);
int nanosleep(const struct timespec *duration, struct timespec *left);
void tzset(void);
extern char *tzname[2];
#endif

#ifdef __PW_MISC
time_t timegm(struct tm *parts);
#endif

#endif
