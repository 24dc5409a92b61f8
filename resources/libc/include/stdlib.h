/* General utilities (C11 7.22) with the POSIX and Linux names that belong here. */
#ifndef _STDLIB_H
#define _STDLIB_H 1

#include <features.h>
#include <bits/size_t.h>

#ifndef _BITS_WCHAR_T
#define _BITS_WCHAR_T 1
typedef __WCHAR_TYPE__ wchar_t;
#endif

typedef struct {
  int quot;
  int rem;
} div_t;
typedef struct {
  long quot;
  long rem;
} ldiv_t;
typedef struct {
  long long quot;
  long long rem;
} lldiv_t;

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 2147483647
#define MB_CUR_MAX ((size_t)1)

void *malloc(size_t size) __PW_MALLOC __attribute__((__alloc_size__(1)));
void *calloc(size_t count, size_t size) __PW_MALLOC __attribute__((__alloc_size__(1, 2)));
void *realloc(void *block, size_t size) __PW_ALWAYS_USED __attribute__((__alloc_size__(2)));
void free(void *block);
void *aligned_alloc(size_t alignment, size_t size) __PW_MALLOC __attribute__((__alloc_size__(2)));

__PW_NORETURN void abort(void);
__PW_NORETURN void exit(int status);
__PW_NORETURN void _Exit(int status);
__PW_NORETURN void quick_exit(int status);
int atexit(void (*handler)(void)) __PW_NONNULL(1);
int at_quick_exit(void (*handler)(void)) __PW_NONNULL(1);
char *getenv(const char *name) __PW_NONNULL(1);

int atoi(const char *text) __PW_PURE __PW_NONNULL(1);
long atol(const char *text) __PW_PURE __PW_NONNULL(1);
long long atoll(const char *text) __PW_PURE __PW_NONNULL(1);
double atof(const char *text) __PW_PURE __PW_NONNULL(1);
long strtol(const char *__PW_RESTRICT text, char **__PW_RESTRICT end, int base) __PW_NONNULL(1);
long long strtoll(const char *__PW_RESTRICT text, char **__PW_RESTRICT end, int base) __PW_NONNULL(1);
unsigned long strtoul(const char *__PW_RESTRICT text, char **__PW_RESTRICT end, int base) __PW_NONNULL(1);
unsigned long long strtoull(const char *__PW_RESTRICT text, char **__PW_RESTRICT end, int base) __PW_NONNULL(1);
double strtod(const char *__PW_RESTRICT text, char **__PW_RESTRICT end) __PW_NONNULL(1);
float strtof(const char *__PW_RESTRICT text, char **__PW_RESTRICT end) __PW_NONNULL(1);
long double strtold(const char *__PW_RESTRICT text, char **__PW_RESTRICT end) __PW_NONNULL(1);

int abs(int value) __PW_CONST;
long labs(long value) __PW_CONST;
long long llabs(long long value) __PW_CONST;
div_t div(int numerator, int denominator) __PW_CONST;
ldiv_t ldiv(long numerator, long denominator) __PW_CONST;
lldiv_t lldiv(long long numerator, long long denominator) __PW_CONST;

int rand(void);
void srand(unsigned int seed);

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *)) __PW_NONNULL(1, 4);
void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *)) __PW_USED;

int mblen(const char *text, size_t n);
int mbtowc(wchar_t *__PW_RESTRICT to, const char *__PW_RESTRICT text, size_t n);
int wctomb(char *to, wchar_t c);
size_t mbstowcs(wchar_t *__PW_RESTRICT to, const char *__PW_RESTRICT from, size_t n);
size_t wcstombs(char *__PW_RESTRICT to, const wchar_t *__PW_RESTRICT from, size_t n);

#ifdef __PW_POSIX
int posix_memalign(void **block, size_t alignment, size_t size) __PW_USED __PW_NONNULL(1);
int setenv(const char *name, const char *value, int overwrite) __PW_NONNULL(2);
int unsetenv(const char *name) __PW_NONNULL(1);
int rand_r(unsigned int *seed) __PW_NONNULL(1);
#endif

#if defined __PW_MISC || defined __PW_XSI
#include <alloca.h>
long random(void);
void srandom(unsigned int seed);
char *initstate(unsigned int seed, char *state, size_t size) __PW_NONNULL(2);
char *setstate(char *state) __PW_NONNULL(1);
int putenv(char *assignment) __PW_NONNULL(1);
void *valloc(size_t size) __PW_MALLOC __attribute__((__alloc_size__(1)));
#endif

#ifdef __PW_MISC
void *reallocarray(void *block, size_t count, size_t size) __PW_ALWAYS_USED __attribute__((__alloc_size__(2, 3)));
int clearenv(void);
#endif

#ifdef __PW_GNU
void qsort_r(void *base, size_t count, size_t size, int (*compare)(const void *, const void *, void *), void *argument) __PW_NONNULL(1, 4);
char *secure_getenv(const char *name) __PW_NONNULL(1);
#endif

#endif
