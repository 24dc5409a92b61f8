/* Memory of the calling function's stack frame (alloca(3)). */
#ifndef _ALLOCA_H
#define _ALLOCA_H 1
#include <bits/size_t.h>
#undef alloca
#define alloca(size) __builtin_alloca(size)
#endif
