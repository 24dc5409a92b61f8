#include <stdio.h>
#include <stdlib.h>

int main(void) {
  unsigned char width = 200, height = 2;
  unsigned char size = width * height;
  char *image = malloc(size);
  for (int i = 0; i < 160; i++) image[i] = 0;
  printf("%d\n", size);
  free(image);
  return 0;
}
