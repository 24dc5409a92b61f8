#include <stdlib.h>
#include <string.h>

struct name { char *first, *last; };
struct person { int age; struct name name; struct person *friend; };

static struct person *person(const char *first, const char *last) {
  struct person *p = malloc(sizeof *p);
  p->age = 30;
  p->name.first = strdup(first);
  p->name.last = strdup(last);
  p->friend = NULL;
  return p;
}

int main(void) {
  struct person *ada = person("Ada", "Lovelace");
  ada->friend = person("Charles", "Babbage");
  free(ada->name.first);
  free(ada);
  return 0;
}
