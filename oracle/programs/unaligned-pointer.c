#include <stdlib.h>
#include <string.h>

#pragma pack(push, 1)
struct packed { char tag; void *pointer; };
#pragma pack(pop)
static struct packed record;

int main(void) {
  record.tag = 1;
  record.pointer = malloc(60);
  return 0;
}
