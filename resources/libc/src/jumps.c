/*
 * setjmp and longjmp (C11 7.13): the machine notes the call frame of setjmp in the jmp_buf and can make it again. Each
 * function below must have a call frame of its own: no inlining, no tail calls (scripts/build-libc.mjs compiles so).
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include "process-calls.h"

#undef setjmp
#undef sigsetjmp

int setjmp(jmp_buf place) { return __pw_set_jump(place->__words); }

int _setjmp(jmp_buf place) { return __pw_set_jump(place->__words); }

/* Words that the machine does not use hold the signal mask. */
#define MASK_KEPT 8
#define MASK 9

int sigsetjmp(sigjmp_buf place, int save_mask) {
  place->__words[MASK_KEPT] = save_mask != 0;
  if (save_mask != 0) place->__words[MASK] = (unsigned long)__pw_process(PW_SIGNAL_MASK, 0, 0, 0, 0);
  return __pw_set_jump(place->__words);
}

void longjmp(jmp_buf place, int value) { __pw_long_jump(place->__words, value); }

void _longjmp(jmp_buf place, int value) { __pw_long_jump(place->__words, value); }

void siglongjmp(sigjmp_buf place, int value) {
  if (place->__words[MASK_KEPT] != 0) __pw_process(PW_SIGNAL_RETURN, (long)place->__words[MASK], 0, 0, 0);
  __pw_long_jump(place->__words, value);
}
