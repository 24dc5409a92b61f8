/* Ends by itself: an overwritten return address leads to another function first. */
#include <stdio.h>
#include <stdlib.h>
static void elsewhere(void) { puts("elsewhere"); exit(7); }
static __attribute__((noinline)) void smash(void) { void **frame = __builtin_frame_address(0); frame[1] = (void *)elsewhere; }
int main(void) { smash(); puts("not smashed"); return 0; }
