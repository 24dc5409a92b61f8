/* A menu that survives wrong input: fgets, strtol, errno. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
static int ask(const char *prompt, long lo, long hi, long *out) {
  char b[64];
  printf("%s", prompt);
  if (!fgets(b, sizeof b, stdin)) return 0;
  char *e;
  errno = 0;
  long v = strtol(b, &e, 10);
  if (e == b || (*e != '\n' && *e) || errno || v < lo || v > hi) {
    printf("bad input\n");
    *out = -1;
    return 1;
  }
  *out = v;
  return 1;
}
int main(void) {
  long c, x;
  long st[8];
  int n = 0;
  for (;;) {
    if (!ask("1 push 2 pop 3 sum 0 quit> ", 0, 3, &c)) {
      puts("eof");
      return 3;
    }
    switch (c) {
    case 1:
      if (ask("value? ", -1000, 1000, &x) && n < 8) st[n++] = x;
      break;
    case 2:
      if (n)
        printf("%ld\n", st[--n]);
      else
        puts("empty");
      break;
    case 3: {
      long s = 0;
      for (int i = 0; i < n; i++) s += st[i];
      printf("sum %ld\n", s);
      break;
    }
    case 0:
      puts("bye");
      exit(n);
    case -1:
      continue;
    }
  }
}
