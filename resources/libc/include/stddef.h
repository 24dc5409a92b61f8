/* Common definitions (C11 7.19). Partial inclusion as other headers need it: __need_size_t and the like are not used. */
#ifndef _STDDEF_H
#define _STDDEF_H 1

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __WCHAR_TYPE__ wchar_t;

#if defined __STDC_VERSION__ && __STDC_VERSION__ >= 201112L
typedef struct {
  long long __long_long __attribute__((__aligned__(__alignof__(long long))));
  long double __long_double __attribute__((__aligned__(__alignof__(long double))));
} max_align_t;
#endif

#undef NULL
#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)
#if defined __STDC_VERSION__ && __STDC_VERSION__ >= 202311L
typedef __typeof__(nullptr) nullptr_t;
#define unreachable() __builtin_unreachable()
#endif

#endif
