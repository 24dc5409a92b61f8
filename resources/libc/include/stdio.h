/* Input and output (C11 7.21) with the POSIX and GNU names that belong here. */
#ifndef _STDIO_H
#define _STDIO_H 1

#include <features.h>
#include <bits/size_t.h>

typedef struct _IO_FILE FILE;
typedef struct {
  long __position;
} fpos_t;

#ifdef __PW_POSIX
#include <bits/off_t.h>
#include <bits/ssize_t.h>
#ifndef _BITS_VA_LIST
#define _BITS_VA_LIST 1
typedef __builtin_va_list va_list;
#endif
#endif

#define EOF (-1)
#define BUFSIZ 8192
#define FILENAME_MAX 4096
#define FOPEN_MAX 16
#define TMP_MAX 238328
#define L_tmpnam 20
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

extern FILE *stdin;
extern FILE *stdout;
extern FILE *stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

FILE *fopen(const char *__PW_RESTRICT path, const char *__PW_RESTRICT mode) __PW_USED;
FILE *freopen(const char *__PW_RESTRICT path, const char *__PW_RESTRICT mode, FILE *__PW_RESTRICT stream) __PW_USED;
int fclose(FILE *stream);
int fflush(FILE *stream);
FILE *tmpfile(void) __PW_USED;
int remove(const char *path);
int rename(const char *from, const char *to);
int setvbuf(FILE *__PW_RESTRICT stream, char *__PW_RESTRICT buffer, int mode, size_t size);
void setbuf(FILE *__PW_RESTRICT stream, char *__PW_RESTRICT buffer);

int printf(const char *__PW_RESTRICT format, ...) __PW_PRINTF(1, 2);
int fprintf(FILE *__PW_RESTRICT stream, const char *__PW_RESTRICT format, ...) __PW_PRINTF(2, 3);
int sprintf(char *__PW_RESTRICT to, const char *__PW_RESTRICT format, ...) __PW_PRINTF(2, 3);
int snprintf(char *__PW_RESTRICT to, size_t size, const char *__PW_RESTRICT format, ...) __PW_PRINTF(3, 4);
int vprintf(const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_PRINTF(1, 0);
int vfprintf(FILE *__PW_RESTRICT stream, const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_PRINTF(2, 0);
int vsprintf(char *__PW_RESTRICT to, const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_PRINTF(2, 0);
int vsnprintf(char *__PW_RESTRICT to, size_t size, const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_PRINTF(3, 0);

int scanf(const char *__PW_RESTRICT format, ...) __PW_SCANF(1, 2) __PW_USED;
int fscanf(FILE *__PW_RESTRICT stream, const char *__PW_RESTRICT format, ...) __PW_SCANF(2, 3) __PW_USED;
int sscanf(const char *__PW_RESTRICT text, const char *__PW_RESTRICT format, ...) __PW_SCANF(2, 3);
int vscanf(const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_SCANF(1, 0) __PW_USED;
int vfscanf(FILE *__PW_RESTRICT stream, const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_SCANF(2, 0) __PW_USED;
int vsscanf(const char *__PW_RESTRICT text, const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_SCANF(2, 0);

int fgetc(FILE *stream);
int getc(FILE *stream);
int getchar(void);
int ungetc(int c, FILE *stream);
char *fgets(char *__PW_RESTRICT to, int size, FILE *__PW_RESTRICT stream) __PW_USED;
int fputc(int c, FILE *stream);
int putc(int c, FILE *stream);
int putchar(int c);
int fputs(const char *__PW_RESTRICT s, FILE *__PW_RESTRICT stream);
int puts(const char *s);
size_t fread(void *__PW_RESTRICT to, size_t size, size_t count, FILE *__PW_RESTRICT stream) __PW_USED;
size_t fwrite(const void *__PW_RESTRICT from, size_t size, size_t count, FILE *__PW_RESTRICT stream);

int fseek(FILE *stream, long offset, int whence);
long ftell(FILE *stream) __PW_USED;
void rewind(FILE *stream);
int fgetpos(FILE *__PW_RESTRICT stream, fpos_t *__PW_RESTRICT position);
int fsetpos(FILE *stream, const fpos_t *position);
void clearerr(FILE *stream);
int feof(FILE *stream);
int ferror(FILE *stream);
void perror(const char *prefix);

#ifdef __PW_POSIX
int fileno(FILE *stream);
FILE *fdopen(int fd, const char *mode) __PW_USED;
int fseeko(FILE *stream, off_t offset, int whence);
off_t ftello(FILE *stream) __PW_USED;
ssize_t getline(char **__PW_RESTRICT line, size_t *__PW_RESTRICT size, FILE *__PW_RESTRICT stream) __PW_USED;
ssize_t getdelim(char **__PW_RESTRICT line, size_t *__PW_RESTRICT size, int delimiter, FILE *__PW_RESTRICT stream) __PW_USED;
int dprintf(int fd, const char *__PW_RESTRICT format, ...) __PW_PRINTF(2, 3);
int vdprintf(int fd, const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_PRINTF(2, 0);
int getc_unlocked(FILE *stream);
int getchar_unlocked(void);
int putc_unlocked(int c, FILE *stream);
int putchar_unlocked(int c);
void flockfile(FILE *stream);
void funlockfile(FILE *stream);
#endif

#ifdef __PW_MISC
int fgetc_unlocked(FILE *stream);
int fputc_unlocked(int c, FILE *stream);
int fflush_unlocked(FILE *stream);
int feof_unlocked(FILE *stream);
int ferror_unlocked(FILE *stream);
size_t fread_unlocked(void *__PW_RESTRICT to, size_t size, size_t count, FILE *__PW_RESTRICT stream) __PW_USED;
size_t fwrite_unlocked(const void *__PW_RESTRICT from, size_t size, size_t count, FILE *__PW_RESTRICT stream);
void setbuffer(FILE *__PW_RESTRICT stream, char *__PW_RESTRICT buffer, size_t size);
void setlinebuf(FILE *stream);
#endif

#ifdef __PW_GNU
int asprintf(char **__PW_RESTRICT to, const char *__PW_RESTRICT format, ...) __PW_PRINTF(2, 3) __PW_USED;
int vasprintf(char **__PW_RESTRICT to, const char *__PW_RESTRICT format, __builtin_va_list arguments) __PW_PRINTF(2, 0) __PW_USED;
char *fgets_unlocked(char *__PW_RESTRICT to, int size, FILE *__PW_RESTRICT stream) __PW_USED;
int fputs_unlocked(const char *__PW_RESTRICT s, FILE *__PW_RESTRICT stream);
#endif

#endif
