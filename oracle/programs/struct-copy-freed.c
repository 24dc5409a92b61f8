#include <stdlib.h>

struct big { long values[12]; char tail[5]; };
struct small { int a, b; };

int main(void) {
  struct big *p = calloc(1, sizeof *p), copy;
  struct small *s = calloc(1, sizeof *s), little;
  free(p);
  free(s);
  little = *s;
  copy = *p;
  return (int)(copy.values[0] + little.a) & 0;
}
