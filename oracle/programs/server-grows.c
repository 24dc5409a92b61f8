#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request { char *body; struct request *next; };
static struct request *log_head;

static void serve(int number) {
  char text[32];
  snprintf(text, sizeof text, "request %d", number);
  struct request *r = malloc(sizeof *r);
  r->body = strdup(text);
  r->next = log_head;
  if (number % 10 == 0) log_head = r;
}

int main(void) {
  for (int i = 0; i < 200; i++) serve(i);
  return 0;
}
