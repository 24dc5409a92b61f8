#include <string.h>
#include <stdlib.h>

int main(void) {
  char *p = getenv("PAGEWISE_NO_SUCH_VARIABLE");
  return (int)strlen(p);
}
