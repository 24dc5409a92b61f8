#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char *text = strdup("one,two;three");
  char *parts[3];
  int n = 0;
  for (char *t = strtok(text, ",;"); t != NULL; t = strtok(NULL, ",;")) parts[n++] = strdup(t);
  for (int i = 0; i < n; i++) printf("%s ", parts[i]);
  printf("\n");
  free(text);
  free(parts[1]);
  return 0;
}
