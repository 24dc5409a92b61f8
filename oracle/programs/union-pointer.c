#include <stdint.h>
#include <stdlib.h>

union cell { char *text; uint64_t number; };
static union cell cells[2];

int main(void) {
  cells[0].text = malloc(12);
  cells[1].text = malloc(13);
  cells[1].number = 7;
  return 0;
}
