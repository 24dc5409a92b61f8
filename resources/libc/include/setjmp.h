/* Jumps out of nested calls (C11 7.13). */
#ifndef _SETJMP_H
#define _SETJMP_H 1

#include <features.h>

/* As large as on Linux; the machine uses the first words. */
struct __jmp_buf_tag {
  unsigned long __words[25];
};
typedef struct __jmp_buf_tag jmp_buf[1];

__attribute__((__returns_twice__)) int setjmp(jmp_buf place);
__PW_NORETURN void longjmp(jmp_buf place, int value);
#define setjmp(place) setjmp(place)

#if defined __PW_POSIX || defined __PW_MISC
typedef struct __jmp_buf_tag sigjmp_buf[1];
__attribute__((__returns_twice__)) int _setjmp(jmp_buf place);
__PW_NORETURN void _longjmp(jmp_buf place, int value);
__attribute__((__returns_twice__)) int sigsetjmp(sigjmp_buf place, int save_mask);
__PW_NORETURN void siglongjmp(sigjmp_buf place, int value);
#define sigsetjmp(place, save_mask) sigsetjmp(place, save_mask)
#endif

#endif
