/* Signals of POSIX beyond signal and raise: actions, masks, timers, sending (signal(7)). */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include "process-calls.h"
#include "stream.h"

/* What the machine keeps of an action. */
struct machine_action {
  unsigned long handler, flags, mask;
};

/*
 * The machine calls a handler through this function, on the stack of what it interrupts: the mask that was before comes
 * back when the handler returns.
 */
void __pw_deliver(void (*handler)(int, void *, void *), int number, void *information, unsigned long mask) {
  handler(number, information, NULL);
  __pw_process(PW_SIGNAL_RETURN, (long)mask, 0, 0, 0);
}

int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old) {
  struct machine_action given = {0}, before = {0};
  if (action != NULL) {
    given.handler = (unsigned long)action->sa_handler;
    given.flags = (unsigned int)action->sa_flags;
    given.mask = action->sa_mask.__bits[0];
  }
  int result = (int)PROCESS(PW_SIGNAL_ACTION, number, action != NULL ? &given : NULL, &before, 0);
  if (result == 0 && old != NULL) {
    memset(old, 0, sizeof *old);
    old->sa_handler = (__sighandler_t)before.handler;
    old->sa_flags = (int)before.flags;
    old->sa_mask.__bits[0] = before.mask;
  }
  return result;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old) {
  if (set != NULL && (how < SIG_BLOCK || how > SIG_SETMASK)) {
    errno = EINVAL;
    return -1;
  }
  unsigned long before = (unsigned long)__pw_process(PW_SIGNAL_MASK, how, set != NULL ? (long)set->__bits[0] : 0, set != NULL, 0);
  if (old != NULL) {
    sigemptyset(old);
    old->__bits[0] = before;
  }
  return 0;
}

int sigsuspend(const sigset_t *set) { return (int)PROCESS(PW_SIGNAL_SUSPEND, set->__bits[0], 0, 0, 0); }

int sigpending(sigset_t *set) {
  sigemptyset(set);
  set->__bits[0] = (unsigned long)__pw_process(PW_SIGNAL_PENDING, 0, 0, 0, 0);
  return 0;
}

int sigemptyset(sigset_t *set) {
  memset(set, 0, sizeof *set);
  return 0;
}

int sigfillset(sigset_t *set) {
  memset(set, 0xff, sizeof *set);
  return 0;
}

static int is_signal(int number) {
  if (number >= 1 && number < NSIG) return 1;
  errno = EINVAL;
  return 0;
}

int sigaddset(sigset_t *set, int number) {
  if (!is_signal(number)) return -1;
  set->__bits[0] |= 1UL << (number - 1);
  return 0;
}

int sigdelset(sigset_t *set, int number) {
  if (!is_signal(number)) return -1;
  set->__bits[0] &= ~(1UL << (number - 1));
  return 0;
}

int sigismember(const sigset_t *set, int number) { return is_signal(number) ? (int)(set->__bits[0] >> (number - 1) & 1) : -1; }

int kill(pid_t process, int number) { return (int)PROCESS(PW_KILL, process, number, 0, 0); }

int killpg(pid_t group, int number) { return kill(-group, number); }

int pause(void) { return (int)PROCESS(PW_PAUSE, 0, 0, 0, 0); }

unsigned int alarm(unsigned int seconds) {
  long left = __pw_process(PW_TIMER, (long)seconds * 1000000000, 0, 0, 0);
  return (unsigned int)((left + 999999999) / 1000000000);
}
