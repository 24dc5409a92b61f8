/*
 * setjmp and longjmp (C11 7.13): the machine notes the call frame of setjmp in the jmp_buf and can make it again. Each
 * function below must have a call frame of its own: no inlining, no tail calls (scripts/build-libc.mjs compiles so).
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include "intrinsics.h"

#undef setjmp
#undef sigsetjmp

int setjmp(jmp_buf place) { return __pw_set_jump(place->__words); }

int _setjmp(jmp_buf place) { return __pw_set_jump(place->__words); }

int sigsetjmp(sigjmp_buf place, int save_mask) {
  (void)save_mask;
  return __pw_set_jump(place->__words);
}

void longjmp(jmp_buf place, int value) { __pw_long_jump(place->__words, value); }

void _longjmp(jmp_buf place, int value) { __pw_long_jump(place->__words, value); }

void siglongjmp(sigjmp_buf place, int value) { __pw_long_jump(place->__words, value); }
