/* String handling (C11 7.24) with the POSIX and GNU names that belong here. */
#ifndef _STRING_H
#define _STRING_H 1

#include <features.h>
#include <bits/size_t.h>

void *memcpy(void *__PW_RESTRICT to, const void *__PW_RESTRICT from, size_t n) __PW_NONNULL(1, 2);
void *memmove(void *to, const void *from, size_t n) __PW_NONNULL(1, 2);
void *memset(void *to, int byte, size_t n) __PW_NONNULL(1);
int memcmp(const void *a, const void *b, size_t n) __PW_PURE __PW_NONNULL(1, 2);
void *memchr(const void *s, int byte, size_t n) __PW_PURE __PW_NONNULL(1);
char *strcpy(char *__PW_RESTRICT to, const char *__PW_RESTRICT from) __PW_NONNULL(1, 2);
char *strncpy(char *__PW_RESTRICT to, const char *__PW_RESTRICT from, size_t n) __PW_NONNULL(1, 2);
char *strcat(char *__PW_RESTRICT to, const char *__PW_RESTRICT from) __PW_NONNULL(1, 2);
char *strncat(char *__PW_RESTRICT to, const char *__PW_RESTRICT from, size_t n) __PW_NONNULL(1, 2);
int strcmp(const char *a, const char *b) __PW_PURE __PW_NONNULL(1, 2);
int strncmp(const char *a, const char *b, size_t n) __PW_PURE __PW_NONNULL(1, 2);
int strcoll(const char *a, const char *b) __PW_PURE __PW_NONNULL(1, 2);
size_t strxfrm(char *__PW_RESTRICT to, const char *__PW_RESTRICT from, size_t n) __PW_NONNULL(2);
char *strchr(const char *s, int c) __PW_PURE __PW_NONNULL(1);
char *strrchr(const char *s, int c) __PW_PURE __PW_NONNULL(1);
size_t strcspn(const char *s, const char *reject) __PW_PURE __PW_NONNULL(1, 2);
size_t strspn(const char *s, const char *accept) __PW_PURE __PW_NONNULL(1, 2);
char *strpbrk(const char *s, const char *accept) __PW_PURE __PW_NONNULL(1, 2);
char *strstr(const char *s, const char *needle) __PW_PURE __PW_NONNULL(1, 2);
char *strtok(char *__PW_RESTRICT s, const char *__PW_RESTRICT separators) __PW_NONNULL(2);
size_t strlen(const char *s) __PW_PURE __PW_NONNULL(1);
char *strerror(int code);

#ifdef __PW_POSIX
char *strdup(const char *s) __PW_MALLOC __PW_NONNULL(1);
char *strndup(const char *s, size_t n) __PW_MALLOC __PW_NONNULL(1);
size_t strnlen(const char *s, size_t n) __PW_PURE __PW_NONNULL(1);
char *strtok_r(char *__PW_RESTRICT s, const char *__PW_RESTRICT separators, char **__PW_RESTRICT save) __PW_NONNULL(2, 3);
char *stpcpy(char *__PW_RESTRICT to, const char *__PW_RESTRICT from) __PW_NONNULL(1, 2);
char *stpncpy(char *__PW_RESTRICT to, const char *__PW_RESTRICT from, size_t n) __PW_NONNULL(1, 2);
char *strsignal(int signal);
#ifdef __PW_GNU
char *strerror_r(int code, char *buffer, size_t size) __PW_USED __PW_NONNULL(2);
#else
int strerror_r(int code, char *buffer, size_t size) __asm__("__xpg_strerror_r") __PW_NONNULL(2);
#endif
#endif

#if defined __PW_MISC || defined __PW_XSI
void *memccpy(void *__PW_RESTRICT to, const void *__PW_RESTRICT from, int byte, size_t n) __PW_NONNULL(1, 2);
#endif

#ifdef __PW_MISC
#include <strings.h>
char *strsep(char **__PW_RESTRICT s, const char *__PW_RESTRICT separators) __PW_NONNULL(1, 2);
void explicit_bzero(void *to, size_t n) __PW_NONNULL(1);
#endif

#ifdef __PW_GNU
void *memmem(const void *s, size_t n, const void *needle, size_t m) __PW_PURE __PW_NONNULL(1, 3);
void *memrchr(const void *s, int byte, size_t n) __PW_PURE __PW_NONNULL(1);
void *rawmemchr(const void *s, int byte) __PW_PURE __PW_NONNULL(1);
void *mempcpy(void *__PW_RESTRICT to, const void *__PW_RESTRICT from, size_t n) __PW_NONNULL(1, 2);
char *strchrnul(const char *s, int c) __PW_PURE __PW_NONNULL(1);
char *strcasestr(const char *s, const char *needle) __PW_PURE __PW_NONNULL(1, 2);
const char *strerrordesc_np(int code);
#define strdupa(s) ((char *)__builtin_strcpy((char *)__builtin_alloca(__builtin_strlen(s) + 1), (s)))
#endif

#endif
