/* off_t alone. */
#ifndef _BITS_OFF_T_H
#define _BITS_OFF_T_H 1
typedef long off_t;
#endif
