/*
 * Client requests: what a program tells Valgrind, or Pagewise in its place, about itself. The names, request numbers
 * and argument orders are those of Valgrind's own interface, so that a program which uses them runs under both.
 * A request is one instruction of the simulated machine, in the frame of the function that holds it.
 */
#ifndef __VALGRIND_H
#define __VALGRIND_H

#define __VALGRIND_MAJOR__ 3
#define __VALGRIND_MINOR__ 19

unsigned long __pw_client_request(unsigned long fallback, volatile unsigned long *request_and_arguments);

#define VALGRIND_DO_CLIENT_REQUEST_EXPR(fallback, request, a1, a2, a3, a4, a5)                                       \
  __extension__({                                                                                                    \
    volatile unsigned long __pw_request[6] = {(unsigned long)(request), (unsigned long)(a1), (unsigned long)(a2),    \
                                              (unsigned long)(a3), (unsigned long)(a4), (unsigned long)(a5)};        \
    __pw_client_request((unsigned long)(fallback), __pw_request);                                                    \
  })
#define VALGRIND_DO_CLIENT_REQUEST(result, fallback, request, a1, a2, a3, a4, a5) \
  ((result) = VALGRIND_DO_CLIENT_REQUEST_EXPR(fallback, request, a1, a2, a3, a4, a5))
#define VALGRIND_DO_CLIENT_REQUEST_STMT(request, a1, a2, a3, a4, a5) \
  do {                                                               \
    (void)VALGRIND_DO_CLIENT_REQUEST_EXPR(0, request, a1, a2, a3, a4, a5); \
  } while (0)

#define VG_USERREQ_TOOL_BASE(a, b) ((unsigned int)(((a) & 0xff) << 24 | ((b) & 0xff) << 16))
#define VG_IS_TOOL_USERREQ(a, b, v) (VG_USERREQ_TOOL_BASE(a, b) == ((v) & 0xffff0000))

typedef enum {
  VG_USERREQ__RUNNING_ON_VALGRIND = 0x1001,
  VG_USERREQ__DISCARD_TRANSLATIONS = 0x1002,
  VG_USERREQ__COUNT_ERRORS = 0x1201,
  VG_USERREQ__MALLOCLIKE_BLOCK = 0x1301,
  VG_USERREQ__FREELIKE_BLOCK = 0x1302,
  VG_USERREQ__CREATE_MEMPOOL = 0x1303,
  VG_USERREQ__DESTROY_MEMPOOL = 0x1304,
  VG_USERREQ__MEMPOOL_ALLOC = 0x1305,
  VG_USERREQ__MEMPOOL_FREE = 0x1306,
  VG_USERREQ__MEMPOOL_TRIM = 0x1307,
  VG_USERREQ__MOVE_MEMPOOL = 0x1308,
  VG_USERREQ__MEMPOOL_CHANGE = 0x1309,
  VG_USERREQ__MEMPOOL_EXISTS = 0x130a,
  VG_USERREQ__RESIZEINPLACE_BLOCK = 0x130b,
  VG_USERREQ__STACK_REGISTER = 0x1501,
  VG_USERREQ__STACK_DEREGISTER = 0x1502,
  VG_USERREQ__STACK_CHANGE = 0x1503,
  VG_USERREQ__CHANGE_ERR_DISABLEMENT = 0x1801
} Vg_ClientRequest;

#define RUNNING_ON_VALGRIND \
  ((unsigned int)VALGRIND_DO_CLIENT_REQUEST_EXPR(0, VG_USERREQ__RUNNING_ON_VALGRIND, 0, 0, 0, 0, 0))
#define VALGRIND_COUNT_ERRORS \
  ((unsigned int)VALGRIND_DO_CLIENT_REQUEST_EXPR(0, VG_USERREQ__COUNT_ERRORS, 0, 0, 0, 0, 0))
#define VALGRIND_DISCARD_TRANSLATIONS(address, n) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DISCARD_TRANSLATIONS, address, n, 0, 0, 0)
#define VALGRIND_MALLOCLIKE_BLOCK(address, n, red_zone, zeroed) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__MALLOCLIKE_BLOCK, address, n, red_zone, zeroed, 0)
#define VALGRIND_RESIZEINPLACE_BLOCK(address, old_n, new_n, red_zone) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__RESIZEINPLACE_BLOCK, address, old_n, new_n, red_zone, 0)
#define VALGRIND_FREELIKE_BLOCK(address, red_zone) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__FREELIKE_BLOCK, address, red_zone, 0, 0, 0)
#define VALGRIND_CREATE_MEMPOOL(pool, red_zone, zeroed) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__CREATE_MEMPOOL, pool, red_zone, zeroed, 0, 0)
#define VALGRIND_DESTROY_MEMPOOL(pool) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__DESTROY_MEMPOOL, pool, 0, 0, 0, 0)
#define VALGRIND_MEMPOOL_ALLOC(pool, address, n) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__MEMPOOL_ALLOC, pool, address, n, 0, 0)
#define VALGRIND_MEMPOOL_FREE(pool, address) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__MEMPOOL_FREE, pool, address, 0, 0, 0)
#define VALGRIND_DISABLE_ERROR_REPORTING \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__CHANGE_ERR_DISABLEMENT, 1, 0, 0, 0, 0)
#define VALGRIND_ENABLE_ERROR_REPORTING \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__CHANGE_ERR_DISABLEMENT, -1, 0, 0, 0, 0)
#define VALGRIND_STACK_REGISTER(start, end) \
  ((unsigned int)VALGRIND_DO_CLIENT_REQUEST_EXPR(0, VG_USERREQ__STACK_REGISTER, start, end, 0, 0, 0))
#define VALGRIND_STACK_DEREGISTER(id) \
  VALGRIND_DO_CLIENT_REQUEST_STMT(VG_USERREQ__STACK_DEREGISTER, id, 0, 0, 0, 0)

#endif
