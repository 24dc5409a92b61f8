/* sscanf of random formats and inputs against the host's: result and everything stored. */
#include "check.h"
int pw_sscanf(const char *, const char *, ...);

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 100000;
  static const char *conversions[] = {"%d", "%i", "%u", "%x", "%o", "%ld", "%lli", "%hhd", "%hx", "%f", "%lf", "%Lf", "%s", "%5s", "%c", "%3c",
    "%[abc]", "%[^,]", "%[]0-9x]", "%n", "%*d", "%*s", "%3d", "%2i", "%4x", "%5lf", "%%", "%p", "%*[a-z]", "%zu", "%jd", "%1f", "%6le"};
  static const char *inputs[] = {"12", "-7", "0x1f", "0x", "017", "08", "abc", "a,b", " ", "  \n", ",", "1.5", ".5", "5.", "1e5", "1e", "1e+", "-inf", "nan",
    "0x1.8p3", "infinity", "+", "-", "99999999999999999999", "(nil)", "%", "x", "0", "9", "1.2.3", "1,2", "a-c", "]", "4294967296", "in", "na"};
  for (int i = 0; i < rounds; i++) {
    char format[100] = "", input[200] = "";
    for (int k = below(4) + 1; k > 0; k--) {
      strcat(format, conversions[below(sizeof conversions / sizeof *conversions)]);
      if (below(3) == 0) strcat(format, below(2) ? " " : ",");
    }
    for (int k = below(6); k > 0; k--) {
      strcat(input, inputs[below(sizeof inputs / sizeof *inputs)]);
      if (below(2)) strcat(input, " ");
    }
    static char a[4][256], b[4][256];
    memset(a, 0x55, sizeof a);
    memset(b, 0x55, sizeof b);
    int ours = pw_sscanf(input, format, a[0], a[1], a[2], a[3]), theirs = sscanf(input, format, b[0], b[1], b[2], b[3]);
    if (ours != theirs || memcmp(a, b, sizeof a) != 0) {
      int k = 0;
      while (k < 4 && memcmp(a[k], b[k], 256) == 0) k++;
      DIFFER("sscanf [%s] of [%s]: ours %d host %d, argument %d: %016lx %016lx\n", format, input, ours, theirs, k, k < 4 ? *(long *)a[k] : 0, k < 4 ? *(long *)b[k] : 0);
    }
  }
  printf("scanf: %d differences in %d inputs\n", differences, rounds);
  return differences != 0;
}
