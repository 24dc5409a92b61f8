/* time_t, struct timespec and struct timeval, shared by several headers. */
#ifndef _BITS_TIME_TYPES_H
#define _BITS_TIME_TYPES_H 1
typedef long time_t;
struct timespec {
  time_t tv_sec;
  long tv_nsec;
};
struct timeval {
  time_t tv_sec;
  long tv_usec;
};
#endif
