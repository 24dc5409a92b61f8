/* snprintf of random conversions and values against the host's. */
#include "check.h"
int pw_snprintf(char *, size_t, const char *, ...);

static char ours[40000], theirs[40000];

#define COMPARE(...)                                                                                      \
  do {                                                                                                    \
    int a = pw_snprintf(ours, sizeof ours, __VA_ARGS__), b = snprintf(theirs, sizeof theirs, __VA_ARGS__); \
    if (a != b || strcmp(ours, theirs) != 0)                                                              \
      DIFFER("format [%s]: ours %d [%.300s] host %d [%.300s]\n", format, a, ours, b, theirs);             \
  } while (0)

static char *flags_width(char *to) {
  *to++ = '%';
  for (int i = (int)below(4); i > 0; i--) *to++ = "-+ #0"[below(5)];
  if (below(2)) to += sprintf(to, "%u", below(30) + 1);
  return to;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 100000;
  char format[64];
  for (int i = 0; i < rounds; i++) {
    char *p = flags_width(format);
    unsigned precision = below(4);
    if (precision == 1) p += sprintf(p, ".%u", below(20));
    else if (precision == 2) p += sprintf(p, ".%u", below(400));
    else if (precision == 3 && below(4) == 0) *p++ = '.';
    switch (below(6)) {
      case 0: {
        static const char *lengths[] = {"", "hh", "h", "l", "ll", "z", "j", "t"};
        sprintf(p, "%s%c|", lengths[below(8)], "diouxX"[below(6)]);
        long value = (long)next64() >> below(64);
        if (strpbrk(format, "lzjt") != NULL) COMPARE(format, value);
        else COMPARE(format, (int)value);
        break;
      }
      case 1: {
        char text[50];
        unsigned n = below(49);
        for (unsigned k = 0; k < n; k++) text[k] = (char)('a' + k % 26);
        text[n] = 0;
        sprintf(p, "s|");
        char *shown = below(10) ? text : NULL;
        COMPARE(format, shown);
        break;
      }
      case 2:
        sprintf(p, below(2) ? "c|" : "p|");
        {
          void *pointer = below(8) ? (void *)(next64() >> below(64)) : NULL;
          COMPARE(format, pointer);
        }
        break;
      case 3: {
        sprintf(p, "L%c|", "feFEgGaA"[below(8)]);
        union {
          long double value;
          uint64_t words[2];
        } u = {.value = 0};
        if (below(2)) {
          u.words[0] = next64() | 1ull << 63;
          u.words[1] = next64() & 0xffff;
        } else {
          u.value = (long double)any_double() * (below(2) ? 1 : 1.1L);
        }
        COMPARE(format, u.value);
        break;
      }
      default:
        sprintf(p, "%c|", "feFEgGaA"[below(8)]);
        {
          double value = any_double();
          COMPARE(format, value);
        }
        break;
    }
  }
  const char *format2;
#define format format2
  format2 = "positions %2$s %1$d %3$*4$.2f|";
  COMPARE(format2, 42, "two", 3.14159, 10);
  format2 = "%*.*f|%-*d|%%|%5%|%c%c";
  COMPARE(format2, -10, 2, 3.14159, 6, 42, 'a', 0);
  format2 = "%y %";
  if (argc > 2) COMPARE(format2, 1);
  printf("format: %d differences in %d conversions\n", differences, rounds);
  return differences != 0;
}
