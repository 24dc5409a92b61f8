/*
 * Small programs, chosen by number, whose output, exit status and heap use (as Valgrind counts it) must be the same
 * with the host's C library and with ours: buffers, their moments and sizes, what is freed at exit. Case 0 prints the
 * number of cases.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void handler(void) { putchar('.'); }
static void second(void) { printf("second\n"); }
static int descending(const void *a, const void *b) { return *(const int *)b - *(const int *)a; }
static const char *path = "/tmp/pagewise-libc-case";

static void write_file(const char *text) {
  FILE *f = fopen(path, "w");
  fputs(text, f);
  fclose(f);
}

static void streams(int number) {
  char line[64];
  FILE *f;
  switch (number) {
    case 1: printf("hello %d\n", 42); break;
    case 2: puts("only puts"); break;
    case 3: fprintf(stderr, "to standard error\n"); break;
    case 4: write_file("one\ntwo\nthree\n"); remove(path); break;
    case 5:
      write_file("one\ntwo\nthree\n");
      f = fopen(path, "r");
      while (fgets(line, sizeof line, f) != NULL) printf("[%s]", line);
      printf("%d %d\n", feof(f) != 0, ferror(f));
      break; /* not closed */
    case 6: {
      char *text = NULL;
      size_t size = 0;
      write_file("short\nand a line that is rather long, so that the first block of one hundred and twenty bytes cannot hold it: it has to grow once or twice before the end\nlast");
      f = fopen(path, "r");
      while (getline(&text, &size, f) > 0) printf("%zu %zu %s", strlen(text), size, text);
      free(text);
      fclose(f);
      break;
    }
    case 7: {
      write_file("abc");
      f = fopen(path, "r");
      int c = getc(f);
      ungetc(c, f);
      ungetc('x', f);
      while ((c = getc(f)) != EOF) putchar(c);
      putchar('\n');
      fclose(f);
      break;
    }
    case 8: setvbuf(stdout, NULL, _IONBF, 0); printf("unbuffered\n"); break;
    case 9: { static char buffer[100]; setvbuf(stdout, buffer, _IOFBF, sizeof buffer); printf("own buffer\n"); break; }
    case 10: setvbuf(stdout, NULL, _IOFBF, 10000); printf("full\n"); break;
    case 11: setvbuf(stdout, NULL, _IOLBF, 0); printf("line\nrest"); _exit(3);
    case 12: printf("lost, because of _exit"); _exit(4);
    case 13: for (int i = 0; i < 3000; i++) printf("%d,", i); _exit(0);
    case 14: for (int i = 0; i < 3000; i++) putchar('a' + i % 26); fwrite(path, 1, 10, stdout); abort();
    case 15: {
      int n;
      char word[20];
      printf("input: ");
      while (scanf("%d %19s", &n, word) == 2) printf("<%d %s>", n, word);
      printf("%d\n", feof(stdin) != 0);
      break;
    }
    case 16: while (fgets(line, sizeof line, stdin) != NULL) fputs(line, stdout); break;
    case 17: printf("%d\n", getchar()); break;
    case 18:
      f = fopen(path, "w+");
      fprintf(f, "0123456789");
      fseek(f, 3, SEEK_SET);
      printf("%c", getc(f));
      printf("%ld ", ftell(f));
      fseek(f, -2, SEEK_END);
      putc('x', f);
      rewind(f);
      fgets(line, sizeof line, f);
      printf("%s %ld\n", line, ftell(f));
      fclose(f);
      f = fopen(path, "a");
      fputs("more", f);
      printf("%ld\n", ftell(f));
      fclose(f);
      f = fopen(path, "r");
      char block[5];
      size_t n;
      while ((n = fread(block, 1, sizeof block, f)) > 0) printf("%zu %.*s|", n, (int)n, block);
      printf("%d\n", feof(f) != 0);
      fclose(f);
      break;
    case 19: printf("%p %s\n", (void *)fopen("/nonexistent/file", "r"), strerror(errno)); break;
    case 20: {
      static char big[10000];
      memset(big, 'z', sizeof big - 1);
      printf("%d ", 1);
      fputs(big, stdout);
      printf("%d", 2);
      fflush(stdout);
      _exit(0);
    }
    case 21: f = tmpfile(); fputs("temporary", f); rewind(f); fgets(line, sizeof line, f); puts(line); break;
    case 22: f = freopen(path, "w", stdout); printf("into the file\n"); fclose(f); remove(path); break;
    case 23: write_file(""); f = fopen(path, "r"); printf("%d", getc(f)); fclose(f); fclose(stdin); fclose(stdout); break;
  }
}

static void others(int number) {
  switch (number) {
    case 24: for (int i = 0; i < 29; i++) atexit(handler); atexit(second); break;
    case 25: for (int i = 0; i < 31; i++) atexit(handler); break;
    case 26: for (int i = 0; i < 70; i++) atexit(handler); exit(7);
    case 27: { int v[300]; for (int i = 0; i < 300; i++) v[i] = i * 7919 % 301; qsort(v, 300, sizeof *v, descending); printf("%d %d\n", v[0], v[299]); break; }
    case 28: { int v[200]; for (int i = 0; i < 200; i++) v[i] = i * 7919 % 301; qsort(v, 200, sizeof *v, descending); printf("%d %d\n", v[0], v[199]); break; }
    case 29: { char *text; printf("%d", asprintf(&text, "%d and %s", 42, "a string that is not short")); puts(text); free(text); break; }
    case 30: { char *copy = strdup("duplicate"), *part = strndup("duplicate", 3); printf("%s %s\n", copy, part); free(copy); break; }
    case 31: assert(number == 0); break;
    case 32: raise(SIGTERM); break;
    case 33: printf("before"); abort();
    case 34: { char *p = calloc(10, 10); p = realloc(p, 200); void *q = NULL; if (posix_memalign(&q, 64, 100) != 0) return; printf("%d\n", p[50]); free(p); free(q); q = aligned_alloc(32, 64); break; }
    case 35: errno = ENOENT; perror("prefix"); break;
    case 36: printf("%s\n", getenv("NOT_THERE") == NULL ? "none" : "some"); quick_exit(5);
    case 37: return exit(300);
    case 38: printf("%5.2f|%-8s|%08x|%+d|%c|%%|%ld|%e\n", 3.14159, "left", 48879u, 5, 'c', 1L << 40, 12345.678); break;
    case 39: { char *text; printf("%d", asprintf(&text, "%300d", 42)); printf("%zu\n", strlen(text)); break; }
  }
}

int main(int argc, char **argv) {
  int number = argc > 1 ? atoi(argv[1]) : 0;
  if (number == 0) return 39;
  if (number < 24) streams(number);
  else others(number);
  return 0;
}
