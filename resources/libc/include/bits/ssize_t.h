/* ssize_t alone. */
#ifndef _BITS_SSIZE_T_H
#define _BITS_SSIZE_T_H 1
typedef long ssize_t;
#endif
