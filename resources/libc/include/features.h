/* Which names a header shows, decided from the macros that programs define and -std= (feature_test_macros(7)). */
#ifndef _FEATURES_H
#define _FEATURES_H 1

#if defined _GNU_SOURCE
#define __PW_GNU 1
#define __PW_MISC 1
#define __PW_POSIX 1
#define __PW_XSI 1
#else
#if defined _DEFAULT_SOURCE || defined _BSD_SOURCE || defined _SVID_SOURCE || \
    (!defined __STRICT_ANSI__ && !defined _POSIX_C_SOURCE && !defined _POSIX_SOURCE && !defined _XOPEN_SOURCE)
#define __PW_MISC 1
#define __PW_POSIX 1
#endif
#if defined _POSIX_C_SOURCE || defined _POSIX_SOURCE
#define __PW_POSIX 1
#endif
#if defined _XOPEN_SOURCE
#define __PW_POSIX 1
#define __PW_XSI 1
#endif
#endif

#define __PW_PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))
#define __PW_SCANF(format, first) __attribute__((__format__(__scanf__, format, first)))
#define __PW_MALLOC __attribute__((__malloc__))
/* As on Linux, an unused result is warned of only when the program asks for fortification. */
#if defined _FORTIFY_SOURCE && _FORTIFY_SOURCE > 0
#define __PW_USED __attribute__((__warn_unused_result__))
#else
#define __PW_USED
#endif
#define __PW_ALWAYS_USED __attribute__((__warn_unused_result__))
/* The library itself must not be compiled on the promise that programs keep to it. */
#ifdef __PW_LIBRARY
#define __PW_NONNULL(...)
#else
#define __PW_NONNULL(...) __attribute__((__nonnull__(__VA_ARGS__)))
#endif
#define __PW_PURE __attribute__((__pure__))
#define __PW_CONST __attribute__((__const__))
#define __PW_NORETURN __attribute__((__noreturn__))

#if defined __STDC_VERSION__ && __STDC_VERSION__ >= 199901L
#define __PW_RESTRICT restrict
#else
#define __PW_RESTRICT __restrict
#endif

#endif
