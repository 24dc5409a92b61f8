/* Sorting (results and order of comparisons), random numbers, integers from text, strings, dates: against the host's. */
#include "check.h"
#include <strings.h>
#include <time.h>

typedef int (*comparison)(const void *, const void *);
void pw_qsort(void *, size_t, size_t, comparison);
void *pw_bsearch(const void *, const void *, size_t, size_t, comparison);
int pw_rand(void), pw_rand_r(unsigned *);
void pw_srand(unsigned);
long pw_random(void);
char *pw_initstate(unsigned, char *, size_t), *pw_setstate(char *);
long pw_strtol(const char *, char **, int);
unsigned long pw_strtoul(const char *, char **, int);
int *pw___errno_location(void);

static size_t trace_hash;
static int compare(const void *a, const void *b) {
  const unsigned char *x = a, *y = b;
  trace_hash = trace_hash * 31 + (size_t)(x[0] * 256 + y[0]);
  return x[0] - y[0];
}

static void sorting(int rounds) {
  static unsigned char a[20000], b[20000];
  for (int i = 0; i < rounds; i++) {
    size_t size = below(3) ? 1u << below(7) : below(80) + 1, count = below(below(10) ? 40 : 200);
    for (size_t k = 0; k < size * count; k++) a[k] = b[k] = (unsigned char)(next64() % (below(2) ? 256 : 7));
    trace_hash = 0;
    pw_qsort(a, count, size, compare);
    size_t ours = trace_hash;
    trace_hash = 0;
    qsort(b, count, size, compare);
    if (memcmp(a, b, size * count) != 0) DIFFER("qsort: %zu elements of %zu bytes differ\n", count, size);
    if (ours != trace_hash) DIFFER("qsort: %zu elements of %zu bytes: other comparisons\n", count, size);
    unsigned char key[128] = {(unsigned char)below(256)};
    if (pw_bsearch(key, b, count, size, compare) != bsearch(key, b, count, size, compare)) DIFFER("bsearch\n");
  }
}

static void random_numbers(void) {
  for (unsigned seed = 0; seed < 50; seed++) {
    if (seed > 0) pw_srand(seed * seed * 12345), srand(seed * seed * 12345);
    for (int i = 0; i < 1000; i++)
      if (pw_rand() != rand()) DIFFER("rand: seed %u, number %d\n", seed, i);
    unsigned a = seed, b = seed;
    for (int i = 0; i < 100; i++)
      if (pw_rand_r(&a) != rand_r(&b)) DIFFER("rand_r: seed %u\n", seed);
  }
  for (size_t size = 8; size <= 256; size *= 2) {
    static char ours[7][256], theirs[7][256];
    int k = __builtin_ctzl(size);
    pw_initstate(42, ours[k - 3], size), initstate(42, theirs[k - 3], size);
    for (int i = 0; i < 500; i++)
      if (pw_random() != random()) DIFFER("initstate: %zu bytes, number %d\n", size, i);
    pw_setstate(ours[0]), setstate(theirs[0]);
    for (int i = 0; i < 10; i++)
      if (pw_random() != random()) DIFFER("setstate after %zu bytes\n", size);
    pw_setstate(ours[k - 3]), setstate(theirs[k - 3]);
    for (int i = 0; i < 10; i++)
      if (pw_random() != random()) DIFFER("setstate to %zu bytes\n", size);
  }
}

static void integers(int rounds) {
  for (int i = 0; i < rounds; i++) {
    char text[40];
    int n = (int)below(30);
    for (int k = 0; k < n; k++) text[k] = "0123456789abcdefxXzZ+- 0099"[below(27)];
    text[n] = 0;
    int base = below(3) ? (int)below(38) : 10;
    char *a = NULL, *b = NULL;
    *pw___errno_location() = errno = 0;
    long x = pw_strtol(text, &a, base), y = strtol(text, &b, base);
    if (x != y || a != b || *pw___errno_location() != errno) DIFFER("strtol [%s] base %d: %ld %ld\n", text, base, x, y);
    *pw___errno_location() = errno = 0;
    unsigned long u = pw_strtoul(text, &a, base), v = strtoul(text, &b, base);
    if (u != v || a != b || *pw___errno_location() != errno) DIFFER("strtoul [%s] base %d: %lu %lu\n", text, base, u, v);
  }
}

static int sign(int n) { return (n > 0) - (n < 0); }
#define SAME(what, name, ...)                                                        \
  {                                                                                  \
    if ((what)pw_##name(__VA_ARGS__) != (what)name(__VA_ARGS__)) DIFFER(#name " [%s] [%s]\n", s, t); \
  }
#define OURS(result, name, ...) extern result pw_##name(__VA_ARGS__);
OURS(char *, strstr, const char *, const char *) OURS(char *, strcasestr, const char *, const char *) OURS(char *, strpbrk, const char *, const char *)
OURS(size_t, strspn, const char *, const char *) OURS(size_t, strcspn, const char *, const char *) OURS(int, strcasecmp, const char *, const char *)
OURS(int, strncasecmp, const char *, const char *, size_t) OURS(void *, memmem, const void *, size_t, const void *, size_t)
OURS(void *, memrchr, const void *, int, size_t) OURS(char *, strchrnul, const char *, int) OURS(void *, rawmemchr, const void *, int)
OURS(char *, strncpy, char *, const char *, size_t) OURS(char *, stpncpy, char *, const char *, size_t) OURS(char *, stpcpy, char *, const char *)
OURS(char *, strncat, char *, const char *, size_t) OURS(char *, strcat, char *, const char *) OURS(char *, strtok_r, char *, const char *, char **)
OURS(char *, strsep, char **, const char *) OURS(void *, memccpy, void *, const void *, int, size_t) OURS(void *, mempcpy, void *, const void *, size_t)
OURS(size_t, strxfrm, char *, const char *, size_t) OURS(char *, strerror, int) OURS(char *, strsignal, int)

static void copies(const char *s, const char *t, size_t n) {
  char a[200], b[200];
#define COPY(name, ...)                                                                   \
  memset(a, 'q', 200), memset(b, 'q', 200), strcpy(a, s), strcpy(b, s);                   \
  {                                                                                       \
    long x, y;                                                                            \
    char *to = a;                                                                         \
    x = (long)(pw_##name(to, __VA_ARGS__));                                               \
    to = b;                                                                               \
    y = (long)(name(to, __VA_ARGS__));                                                    \
    if (memcmp(a, b, 200) != 0 || (x - (long)a != y - (long)b && x != y)) DIFFER(#name " [%s] [%s] %zu\n", s, t, n); \
  }
  COPY(strncpy, t, n) COPY(stpncpy, t, n) COPY(stpcpy, t) COPY(strncat, t, n) COPY(strcat, t) COPY(memccpy, t, 'c', strlen(t) + 1) COPY(mempcpy, t, strlen(t)) COPY(strxfrm, t, n)
  strcpy(a, s), strcpy(b, s);
  char *sa, *sb, *x = pw_strtok_r(a, t, &sa), *y = strtok_r(b, t, &sb);
  for (; x != NULL && y != NULL; x = pw_strtok_r(NULL, t, &sa), y = strtok_r(NULL, t, &sb))
    if (x - a != y - b || strcmp(x, y) != 0) DIFFER("strtok_r [%s] [%s]\n", s, t);
  if (x != y) DIFFER("strtok_r [%s] [%s]: other number of tokens\n", s, t);
  strcpy(a, s), strcpy(b, s), sa = a, sb = b;
  while (sa != NULL && sb != NULL)
    if (pw_strsep(&sa, t) - a != strsep(&sb, t) - b) DIFFER("strsep [%s] [%s]\n", s, t);
}

static void strings(int rounds) {
  for (int i = 0; i < rounds; i++) {
    char s[64], t[64];
    int n = (int)below(40), m = (int)below(5);
    for (int k = 0; k < n; k++) s[k] = "abcABC ,"[below(8)];
    for (int k = 0; k < m; k++) t[k] = "abcABC ,"[below(8)];
    s[n] = t[m] = 0;
    SAME(long, strstr, s, t) SAME(long, strcasestr, s, t) SAME(long, strpbrk, s, t) SAME(long, strspn, s, t) SAME(long, strcspn, s, t)
    SAME(long, memmem, s, n, t, m) SAME(long, memrchr, s, 'b', n) SAME(long, strchrnul, s, 'b') SAME(long, rawmemchr, s, 0)
    if (sign(pw_strcasecmp(s, t)) != sign(strcasecmp(s, t)) || sign(pw_strncasecmp(s, t, 2)) != sign(strncasecmp(s, t, 2))) DIFFER("strcasecmp\n");
    copies(s, t, below(45));
  }
  for (int i = -1; i < 150; i++)
    if (strcmp(pw_strerror(i), strerror(i)) != 0) DIFFER("strerror(%d): %s\n", i, pw_strerror(i));
  for (int i = 0; i < 34; i++)
    if ((i < 32) && strcmp(pw_strsignal(i), strsignal(i)) != 0) DIFFER("strsignal(%d): %s\n", i, pw_strsignal(i));
#define CLASS(name) { extern int pw_##name(int); for (int c = -1; c < 256; c++) if (!pw_##name(c) != !name(c)) DIFFER(#name "(%d)\n", c); }
  CLASS(isalnum) CLASS(isalpha) CLASS(isblank) CLASS(iscntrl) CLASS(isdigit) CLASS(isgraph) CLASS(islower) CLASS(isprint) CLASS(ispunct) CLASS(isspace) CLASS(isupper) CLASS(isxdigit)
  extern int pw_tolower(int), pw_toupper(int);
  for (int c = -1; c < 256; c++) if (pw_tolower(c) != tolower(c) || pw_toupper(c) != toupper(c)) DIFFER("tolower(%d)\n", c);
}

struct tm *pw_gmtime_r(const time_t *, struct tm *);
time_t pw_timegm(struct tm *);
size_t pw_strftime(char *, size_t, const char *, const struct tm *);
char *pw_asctime(const struct tm *);

static void dates(int rounds) {
  for (int i = 0; i < rounds; i++) {
    time_t when = (time_t)(below(4) ? next64() % 8000000000ull : next64() >> 10) - 2000000000;
    struct tm a, b;
    struct tm *x = pw_gmtime_r(&when, &a), *y = gmtime_r(&when, &b);
    if ((x == NULL) != (y == NULL)) DIFFER("gmtime(%ld)\n", when);
    if (y == NULL) continue;
    if (memcmp(&a, &b, 9 * sizeof(int)) != 0) DIFFER("gmtime(%ld)\n", when);
    char ours[300], theirs[300];
    static const char format[] = "%a %A %b %B %c %C %d %D %e %F %g %G %H %I %j %k %l %m %M %n %p %P %r %R %s %S %t %T %u %U %V %w %W %x %X %y %Y %z %Z %%|%Ey";
    size_t n = pw_strftime(ours, sizeof ours, format, &a), m = strftime(theirs, sizeof theirs, format, &b);
    if (n != m || memcmp(ours, theirs, n) != 0) DIFFER("strftime(%ld):\n%s\n%s\n", when, ours, theirs);
    struct tm c = {.tm_year = (int)below(300), .tm_mon = (int)below(40) - 10, .tm_mday = (int)below(100) - 30, .tm_hour = (int)below(100) - 30, .tm_min = (int)below(200) - 90, .tm_sec = (int)below(200) - 90}, d = c;
    if (pw_timegm(&c) != timegm(&d) || memcmp(&c, &d, 9 * sizeof(int)) != 0) DIFFER("timegm\n");
    if (strcmp(pw_asctime(&c), asctime(&d)) != 0) DIFFER("asctime %s %s", pw_asctime(&c), asctime(&d));
  }
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 20000;
  setenv("TZ", "UTC", 1);
  sorting(rounds / 10);
  random_numbers();
  integers(rounds);
  strings(rounds);
  dates(rounds);
  printf("misc: %d differences\n", differences);
  return differences != 0;
}
