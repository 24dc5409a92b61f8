/* String operations of BSD and POSIX (strings.h(7)). */
#ifndef _STRINGS_H
#define _STRINGS_H 1

#include <features.h>
#include <bits/size_t.h>

int bcmp(const void *a, const void *b, size_t n) __PW_PURE __PW_NONNULL(1, 2);
void bcopy(const void *from, void *to, size_t n) __PW_NONNULL(1, 2);
void bzero(void *to, size_t n) __PW_NONNULL(1);
char *index(const char *s, int c) __PW_PURE __PW_NONNULL(1);
char *rindex(const char *s, int c) __PW_PURE __PW_NONNULL(1);
int ffs(int value) __PW_CONST;
int ffsl(long value) __PW_CONST;
int ffsll(long long value) __PW_CONST;
int strcasecmp(const char *a, const char *b) __PW_PURE __PW_NONNULL(1, 2);
int strncasecmp(const char *a, const char *b, size_t n) __PW_PURE __PW_NONNULL(1, 2);

#endif
