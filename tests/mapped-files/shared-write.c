/* A store to a shared mapping is in the file at once for every reader. */
#include "common.h"
int main(void) {
  int fd = make_file("data", 3 * PAGE);
  char *p = map(3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  strcpy(p + PAGE + 5, "shared");
  char text[7] = {0};
  if (pread(fd, text, 6, PAGE + 5) != 6) return 1;
  printf("read: %s\n", text);
  FILE *stream = fopen("data", "r");
  fseek(stream, PAGE + 5, SEEK_SET);
  if (fread(text, 1, 6, stream) != 6) return 1;
  printf("fread: %s\n", text);
  fclose(stream);
  printf("size %ld\n", size_of(fd));
  unlink("data");
}
