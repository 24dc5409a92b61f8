/* Text and binary files: fscanf, fseek, update mode, append, getline, ungetc. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct Rec {
  int id;
  double v;
  char n[12];
};
int main(void) {
  FILE *f = fopen("data_fz.txt", "w");
  if (!f) {
    perror("x");
    return 1;
  }
  for (int i = 0; i < 5; i++) fprintf(f, "%d\t%s\t%.2f\n", i, i % 2 ? "odd" : "even", i / 3.0);
  fputs("last", f);
  fputc('!', f);
  printf("%ld\n", ftell(f));
  fclose(f);
  f = fopen("data_fz.txt", "r");
  char line[64];
  int i;
  char w[8];
  double d;
  while (fscanf(f, "%d %7s %lf", &i, w, &d) == 3) printf("%d %s %.3f\n", i, w, d);
  printf("%d %d\n", feof(f), ferror(f));
  rewind(f);
  int c, nl = 0;
  while ((c = getc(f)) != EOF) nl += c == '\n';
  printf("%d lines %d\n", nl, feof(f));
  fseek(f, -5, SEEK_END);
  printf("%s\n", fgets(line, sizeof line, f));
  fclose(f);
  f = fopen("data_fz.bin", "wb+");
  struct Rec r[4] = {{1, 1.5, "one"}, {2, 2.5, "two"}, {3, 3.5, "three"}, {4, 4.5, "four"}};
  printf("%zu\n", fwrite(r, sizeof *r, 4, f));
  fseek(f, 2 * (long)sizeof *r, SEEK_SET);
  struct Rec q;
  printf("%zu", fread(&q, sizeof q, 1, f));
  printf(" %d %g %s\n", q.id, q.v, q.n);
  q.id = 99;
  fseek(f, -(long)sizeof q, SEEK_CUR);
  fwrite(&q, sizeof q, 1, f);
  rewind(f);
  struct Rec z[10];
  memset(z, 0, sizeof z);
  printf("%zu\n", fread(z, sizeof *z, 10, f));
  for (int k = 0; k < 4; k++) printf("%d ", z[k].id);
  puts("");
  printf("%d\n", ungetc('A', f));
  printf("%c\n", fgetc(f));
  printf("%d\n", fgetc(f));
  fclose(f);
  f = fopen("data_fz.txt", "a+");
  fprintf(f, "\nappended");
  fflush(f);
  fseek(f, 0, SEEK_SET);
  nl = 0;
  while (fgets(line, 10, f)) {
    nl++;
    printf("[%s]", line);
  }
  printf("%d\n", nl);
  fclose(f);
  errno = 0;
  f = fopen("/nonexistent/x", "r");
  printf("%d %s %s\n", f == NULL, strerror(errno), errno == ENOENT ? "ENOENT" : "?");
  printf("%d %d\n", remove("data_fz.txt"), rename("data_fz.bin", "data_fz2.bin"));
  printf("%d\n", fopen("data_fz.txt", "r") == NULL);
  f = fopen("data_fz2.bin", "r");
  setvbuf(f, NULL, _IOFBF, 512);
  fseek(f, 0, SEEK_END);
  printf("%ld\n", ftell(f));
  fclose(f);
  remove("data_fz2.bin");
  char *lp = NULL;
  size_t cap = 0;
  ssize_t len;
  while ((len = getline(&lp, &cap, stdin)) != -1) printf("%zd:%s", len, lp);
  printf("|%zu\n", cap);
  free(lp);
  f = tmpfile();
  if (f) {
    fputs("tmp", f);
    rewind(f);
    printf("%s\n", fgets(line, 64, f));
    fclose(f);
  }
  char mem[32];
  int k = snprintf(mem, 5, "%s", "truncated");
  printf("%d %s\n", k, mem);
  fprintf(stderr, "err\n");
  puts("done");
  printf("%d\n", printf(""));
  putchar('x');
  putchar('\n');
  return 0;
}
