/* Ends by itself: recursion without end. */
static int again(volatile int *n) { volatile int here[900]; here[0] = *n + 1; return again(here) + here[0]; }
int main(void) { volatile int zero = 0; return again(&zero); }
