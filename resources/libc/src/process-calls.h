/* Numbers of the calls of __pw_process; the machine's src/core/machine/process-calls.ts has the same. */
#ifndef PW_PROCESS_CALLS_H
#define PW_PROCESS_CALLS_H

#include <errno.h>
#include "intrinsics.h"

enum process_call {
  PW_FORK = 1, PW_WAIT_PID, PW_KILL, PW_PARENT_PID, PW_YIELD, PW_GET_PRIORITY, PW_SET_PRIORITY, PW_PIPE, PW_DUP, PW_DUP_TO, PW_SIGNAL_ACTION,
  PW_SIGNAL_MASK, PW_SIGNAL_SUSPEND, PW_SIGNAL_PENDING, PW_SIGNAL_RETURN, PW_PAUSE, PW_TIMER, PW_EXEC, PW_SLEEP, PW_SHARED_OPEN,
  PW_SHARED_UNLINK, PW_SEGMENT_GET, PW_SEGMENT_ATTACH, PW_SEGMENT_DETACH, PW_SEGMENT_CONTROL, PW_GET_GROUP, PW_SET_GROUP, PW_FILE_CONTROL
};

/* A negative result is -errno. */
#define PROCESS(call, a, b, c, d) __pw_result(__pw_process(call, (long)(a), (long)(b), (long)(c), (long)(d)))

#endif
