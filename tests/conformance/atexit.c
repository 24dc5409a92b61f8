/* Ending: atexit handlers, exit from a deep call, static data, environment, assertions left out. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static int depth; static void first(void) { printf("first %d\n", depth); } static void second(void) { puts("second"); }
static void dive(int n) { depth = n; if (n == 50) exit(41); dive(n + 1); }
int main(void) {
  atexit(first); atexit(second); srand(42); int r = rand(), s = rand(); printf("%d %d\n", r, s);
  printf("%d\n", getenv("PAGEWISE_NO_SUCH_VARIABLE") == NULL); time_t zero = 0; struct tm *tm = gmtime(&zero); char text[32]; strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", tm); puts(text);
  div_t d = div(-17, 5); printf("%d %d %ld\n", d.quot, d.rem, labs(-5L)); dive(0); return 0;
}
