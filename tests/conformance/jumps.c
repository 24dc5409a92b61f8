/* goto cleanup, computed goto, Duff's device, case ranges, statement expressions. */
#include <stdio.h>
#include <stdlib.h>
static int work(int fail) {
  int rc = -1;
  char *a = NULL, *b = NULL;
  FILE *f = NULL;
  a = malloc(10);
  if (!a || fail == 1) goto out;
  b = malloc(20);
  if (!b || fail == 2) goto out_a;
  f = fopen("/dev/null", "w");
  if (!f || fail == 3) goto out_b;
  fprintf(f, "x");
  rc = 0;
  fclose(f);
  f = NULL;
out_b:
  if (f) fclose(f);
  free(b);
out_a:
out:
  free(a);
  return rc;
}
static int sm(const char *s) {
  static const void *lab[] = {&&start, &&num, &&end};
  int st = 0, v = 0;
  goto *lab[st];
start:
  if (*s >= '0' && *s <= '9') goto *lab[1];
  if (!*s) goto end;
  s++;
  goto start;
num:
  v = v * 10 + *s++ - '0';
  if (*s >= '0' && *s <= '9') goto num;
  goto start;
end:
  return v;
}
static int duff(char *to, const char *from, int count) {
  int n = (count + 7) / 8;
  switch (count % 8) {
  case 0:
    do {
      *to++ = *from++;
    case 7:
      *to++ = *from++;
    case 6:
      *to++ = *from++;
    case 5:
      *to++ = *from++;
    case 4:
      *to++ = *from++;
    case 3:
      *to++ = *from++;
    case 2:
      *to++ = *from++;
    case 1:
      *to++ = *from++;
    } while (--n > 0);
  }
  return count;
}
static const char *range(long x) {
  switch (x) {
  case -5 ... - 1:
    return "neg";
  case 0:
    return "zero";
  case 1 ... 9:
    return "digit";
  case 0x7fffffffffffffffL:
    return "max";
  case 100:
  case 200:
  case 300:
    return "hundreds";
  default:
    return "other";
  }
}
int main(void) {
  for (int i = 0; i < 4; i++) printf("%d ", work(i));
  printf("%d %d\n", sm("a1b23"), sm(""));
  char b[30] = {0};
  duff(b, "the duff device works!", 22);
  puts(b);
  long xs[] = {-3, 0, 5, 0x7fffffffffffffffL, 200, 201, -6};
  for (int i = 0; i < 7; i++) printf("%s ", range(xs[i]));
  puts("");
  int n = 0;
  for (int i = 0; i < 10; i++) {
    for (int j = 0; j < 10; j++) {
      if (j == i) continue;
      if (i * j > 30) goto done;
      n++;
    }
  }
done:
  printf("%d\n", n);
  do {
    if (n++ > 70) break;
  } while (n < 100);
  printf("%d\n", n);
  int x = ({
    int q = n;
    q * 2;
  });
  printf("%d %d\n", x, x ?: 3);
  return 0;
}
