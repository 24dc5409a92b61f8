/* Options of the command line (getopt(3)). */
#ifndef _GETOPT_H
#define _GETOPT_H 1

#include <features.h>

extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *options) __PW_NONNULL(2, 3);

#endif
