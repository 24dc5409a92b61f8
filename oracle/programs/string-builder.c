#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct builder { char *text; size_t length, room; };

static void add(struct builder *b, const char *s) {
  size_t n = strlen(s);
  if (b->length + n > b->room) {
    b->room = (b->length + n) * 2;
    b->text = realloc(b->text, b->room);
  }
  memcpy(b->text + b->length, s, n + 1);
  b->length += n;
}

int main(void) {
  struct builder b = {0};
  for (int i = 0; i < 12; i++) add(&b, "ab");
  puts(b.text);
  return (int)b.length;
}
