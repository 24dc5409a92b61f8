/* Diagnostics (C11 7.2). May be included again with NDEBUG changed. */
#include <features.h>

#undef assert
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression) \
  ((expression) ? (void)0 : __assert_fail(#expression, __FILE__, (unsigned)__LINE__, __extension__ __PRETTY_FUNCTION__))
#endif

#ifndef _ASSERT_H_DECLARATIONS
#define _ASSERT_H_DECLARATIONS 1
__PW_NORETURN void __assert_fail(const char *expression, const char *file, unsigned line, const char *function);
#endif

#if defined __STDC_VERSION__ && __STDC_VERSION__ >= 201112L && __STDC_VERSION__ < 202311L
#undef static_assert
#define static_assert _Static_assert
#endif
