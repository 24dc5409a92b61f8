/* Memcheck's client requests (Memcheck manual, "Client Requests"); see valgrind.h. */
#ifndef __MEMCHECK_H
#define __MEMCHECK_H

#include <valgrind/valgrind.h>

typedef enum {
  VG_USERREQ__MAKE_MEM_NOACCESS = VG_USERREQ_TOOL_BASE('M', 'C'),
  VG_USERREQ__MAKE_MEM_UNDEFINED,
  VG_USERREQ__MAKE_MEM_DEFINED,
  VG_USERREQ__DISCARD,
  VG_USERREQ__CHECK_MEM_IS_ADDRESSABLE,
  VG_USERREQ__CHECK_MEM_IS_DEFINED,
  VG_USERREQ__DO_LEAK_CHECK,
  VG_USERREQ__COUNT_LEAKS,
  VG_USERREQ__GET_VBITS,
  VG_USERREQ__SET_VBITS,
  VG_USERREQ__CREATE_BLOCK,
  VG_USERREQ__MAKE_MEM_DEFINED_IF_ADDRESSABLE,
  VG_USERREQ__COUNT_LEAK_BLOCKS,
  VG_USERREQ__ENABLE_ADDR_ERROR_REPORTING_IN_RANGE,
  VG_USERREQ__DISABLE_ADDR_ERROR_REPORTING_IN_RANGE
} Vg_MemCheckClientRequest;

#define __PW_MEMCHECK_EXPR(request, a1, a2, a3, a4) \
  VALGRIND_DO_CLIENT_REQUEST_EXPR(0, request, a1, a2, a3, a4, 0)

#define VALGRIND_MAKE_MEM_NOACCESS(address, n) __PW_MEMCHECK_EXPR(VG_USERREQ__MAKE_MEM_NOACCESS, address, n, 0, 0)
#define VALGRIND_MAKE_MEM_UNDEFINED(address, n) __PW_MEMCHECK_EXPR(VG_USERREQ__MAKE_MEM_UNDEFINED, address, n, 0, 0)
#define VALGRIND_MAKE_MEM_DEFINED(address, n) __PW_MEMCHECK_EXPR(VG_USERREQ__MAKE_MEM_DEFINED, address, n, 0, 0)
#define VALGRIND_MAKE_MEM_DEFINED_IF_ADDRESSABLE(address, n) \
  __PW_MEMCHECK_EXPR(VG_USERREQ__MAKE_MEM_DEFINED_IF_ADDRESSABLE, address, n, 0, 0)
#define VALGRIND_CREATE_BLOCK(address, n, description) \
  __PW_MEMCHECK_EXPR(VG_USERREQ__CREATE_BLOCK, address, n, description, 0)
#define VALGRIND_DISCARD(id) __PW_MEMCHECK_EXPR(VG_USERREQ__DISCARD, 0, id, 0, 0)
#define VALGRIND_CHECK_MEM_IS_ADDRESSABLE(address, n) \
  __PW_MEMCHECK_EXPR(VG_USERREQ__CHECK_MEM_IS_ADDRESSABLE, address, n, 0, 0)
#define VALGRIND_CHECK_MEM_IS_DEFINED(address, n) __PW_MEMCHECK_EXPR(VG_USERREQ__CHECK_MEM_IS_DEFINED, address, n, 0, 0)
#define VALGRIND_CHECK_VALUE_IS_DEFINED(value) \
  __PW_MEMCHECK_EXPR(VG_USERREQ__CHECK_MEM_IS_DEFINED, &(value), sizeof(value), 0, 0)
#define VALGRIND_DO_LEAK_CHECK VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DO_LEAK_CHECK, 0, 0, 0, 0, 0)
#define VALGRIND_DO_ADDED_LEAK_CHECK VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DO_LEAK_CHECK, 0, 1, 0, 0, 0)
#define VALGRIND_DO_CHANGED_LEAK_CHECK VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DO_LEAK_CHECK, 0, 2, 0, 0, 0)
#define VALGRIND_DO_NEW_LEAK_CHECK VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DO_LEAK_CHECK, 0, 3, 0, 0, 0)
#define VALGRIND_DO_QUICK_LEAK_CHECK VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DO_LEAK_CHECK, 1, 0, 0, 0, 0)

#define __PW_COUNT(request, leaked, dubious, reachable, suppressed)                                      \
  do {                                                                                                   \
    unsigned long __pw_leaked = 0, __pw_dubious = 0, __pw_reachable = 0, __pw_suppressed = 0;             \
    VALGRIND_DO_CLIENT_REQUEST_STMT(request, &__pw_leaked, &__pw_dubious, &__pw_reachable, &__pw_suppressed, 0); \
    (leaked) = __pw_leaked;                                                                              \
    (dubious) = __pw_dubious;                                                                            \
    (reachable) = __pw_reachable;                                                                        \
    (suppressed) = __pw_suppressed;                                                                      \
  } while (0)
#define VALGRIND_COUNT_LEAKS(leaked, dubious, reachable, suppressed) \
  __PW_COUNT(VG_USERREQ__COUNT_LEAKS, leaked, dubious, reachable, suppressed)
#define VALGRIND_COUNT_LEAK_BLOCKS(leaked, dubious, reachable, suppressed) \
  __PW_COUNT(VG_USERREQ__COUNT_LEAK_BLOCKS, leaked, dubious, reachable, suppressed)
#define VALGRIND_GET_VBITS(address, to, n) \
  ((unsigned int)__PW_MEMCHECK_EXPR(VG_USERREQ__GET_VBITS, address, to, n, 0))
#define VALGRIND_SET_VBITS(address, from, n) \
  ((unsigned int)__PW_MEMCHECK_EXPR(VG_USERREQ__SET_VBITS, address, from, n, 0))
#define VALGRIND_DISABLE_ADDR_ERROR_REPORTING_IN_RANGE(address, n) \
  __PW_MEMCHECK_EXPR(VG_USERREQ__DISABLE_ADDR_ERROR_REPORTING_IN_RANGE, address, n, 0, 0)
#define VALGRIND_ENABLE_ADDR_ERROR_REPORTING_IN_RANGE(address, n) \
  __PW_MEMCHECK_EXPR(VG_USERREQ__ENABLE_ADDR_ERROR_REPORTING_IN_RANGE, address, n, 0, 0)

#endif
