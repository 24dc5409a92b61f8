/* mprotect of shared mappings: the file's descriptor decided what is allowed for good. */
#include "common.h"
int main(void) {
  int both = make_file("data", 2 * PAGE);
  int reading = open("data", O_RDONLY);
  char *p = map(2 * PAGE, PROT_READ, MAP_SHARED, both, 0);
  char *q = map(2 * PAGE, PROT_READ, MAP_SHARED, reading, 0);
  char *r = map(2 * PAGE, PROT_READ, MAP_PRIVATE, reading, 0);
  printf("%c %c %c\n", p[0], q[0], r[0]);
  show("shared, read-write file", mprotect(p, PAGE, PROT_READ | PROT_WRITE));
  show("shared, read-only file", mprotect(q, PAGE, PROT_READ | PROT_WRITE));
  show("private, read-only file", mprotect(r, PAGE, PROT_READ | PROT_WRITE));
  p[0] = 'P';
  r[1] = 'R';
  printf("%c %c %c%c\n", p[0], q[0], r[0], r[1]);
  show("none", mprotect(p, 2 * PAGE, PROT_NONE));
  show("back", mprotect(p, 2 * PAGE, PROT_READ | PROT_WRITE));
  p[1] = 'Q';
  printf("%c%c %c\n", p[0], p[1], q[1]);
  unlink("data");
}
