/* The string and ctype functions, formatted output and input. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  char buffer[64] = "The quick"; strcat(buffer, " brown fox"); strncat(buffer, " jumps over", 6); puts(buffer);
  printf("%zu %s %s %td\n", strlen(buffer), strchr(buffer, 'q'), strrchr(buffer, ' '), strstr(buffer, "brown") - buffer);
  printf("%d %d %d\n", strcmp("abc", "abd") < 0, strncmp("abcdef", "abcxyz", 3), memcmp("a\0b", "a\0c", 3) < 0);
  char copy[] = "a,b;;c d"; for (char *t = strtok(copy, ",; "); t; t = strtok(NULL, ",; ")) printf("[%s]", t); puts("");
  printf("%zu %zu %s\n", strspn("aabbc", "ab"), strcspn("hello, world", ","), strpbrk("key=value", "=:"));
  char overlap[] = "0123456789"; memmove(overlap + 2, overlap, 6); puts(overlap); memset(overlap, '-', 3); puts(overlap);
  char *dup = strdup("duplicate"); for (char *p = dup; *p; p++) *p = (char)toupper((unsigned char)*p); puts(dup); free(dup);
  printf("[%5d][%-5d][%05d][%+d][% d][%x][%X][%#x][%o][%#o][%c][%%]\n", 42, 42, 42, 42, 42, 255, 255, 255, 8, 8, 'A');
  printf("[%8.3f][%-10.2e][%g][%G][%.0f][%#.0f]\n", 3.14159, 12345.678, 0.0001, 1e-10, 2.5, 2.0);
  printf("[%10s][%-10s][%.3s][%*d][%-*d]\n", "right", "left", "truncate", 6, 7, 6, 7);
  printf("[%hhd][%hd][%ld][%lld][%zu][%p]\n", 300, 70000, 1L << 40, 1LL << 60, sizeof buffer, (void *)0);
  char *end; errno = 0; long v = strtol("  -0x1fz", &end, 0); printf("%ld [%s] %d\n", v, end, errno);
  v = strtol("99999999999999999999", &end, 10); printf("%ld %d\n", v, errno == ERANGE);
  printf("%lu %d %g %g\n", strtoul("777", NULL, 8), atoi("123abc"), strtod("1e-3x", &end), atof("0x1.8p1"));
  int a, b; char word[16]; double d; int n = sscanf("12 abc 3.5e2 0x1f", "%d %15s %lf %i", &a, word, &d, &b); printf("%d %d %s %g %d\n", n, a, word, d, b);
  printf("%d %d %d %d\n", !!isalpha('x'), !!isdigit('x'), !!isspace('\t'), !!ispunct('!'));
  char small[8]; int need = snprintf(small, sizeof small, "%s", "a long string"); printf("%d %s\n", need, small);
  printf("%s\n", strerror(ENOENT));
  printf("%d %s\n", argc, argc > 0 && argv[0] ? "named" : "nameless");
  return 0;
}
