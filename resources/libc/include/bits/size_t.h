/* size_t and NULL alone, for headers that define these and no other name of <stddef.h>. */
#ifndef _BITS_SIZE_T_H
#define _BITS_SIZE_T_H 1
typedef __SIZE_TYPE__ size_t;
#endif
#ifndef NULL
#define NULL ((void *)0)
#endif
