/* Characters (C11 7.4), in the "C" locale. */
#ifndef _CTYPE_H
#define _CTYPE_H 1

#include <features.h>

int isalnum(int c) __PW_PURE;
int isalpha(int c) __PW_PURE;
int isblank(int c) __PW_PURE;
int iscntrl(int c) __PW_PURE;
int isdigit(int c) __PW_PURE;
int isgraph(int c) __PW_PURE;
int islower(int c) __PW_PURE;
int isprint(int c) __PW_PURE;
int ispunct(int c) __PW_PURE;
int isspace(int c) __PW_PURE;
int isupper(int c) __PW_PURE;
int isxdigit(int c) __PW_PURE;
int tolower(int c) __PW_PURE;
int toupper(int c) __PW_PURE;

#if defined __PW_MISC || defined __PW_XSI
int isascii(int c) __PW_CONST;
int toascii(int c) __PW_CONST;
#endif

#endif
