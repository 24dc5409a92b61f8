// oracle-stdin: three words here
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char word[32];
  char *longest = NULL;
  while (scanf("%31s", word) == 1) {
    if (longest == NULL || strlen(word) > strlen(longest)) longest = strdup(word);
  }
  printf("%s\n", longest);
  return 0;
}
