/* Signals (C11 7.14, signal(7)). */
#ifndef _SIGNAL_H
#define _SIGNAL_H 1

#include <features.h>
#include <sys/types.h>

typedef int sig_atomic_t;
typedef void (*__sighandler_t)(int);
#ifdef __PW_GNU
typedef __sighandler_t sighandler_t;
#endif

#define SIG_ERR ((__sighandler_t)-1)
#define SIG_DFL ((__sighandler_t)0)
#define SIG_IGN ((__sighandler_t)1)

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGIOT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGSTKFLT 16
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPOLL 29
#define SIGPWR 30
#define SIGSYS 31

__sighandler_t signal(int signal, __sighandler_t handler);
int raise(int signal);

#ifdef __PW_POSIX
typedef struct {
  unsigned long __bits[16];
} sigset_t;

union sigval {
  int sival_int;
  void *sival_ptr;
};

/* What the machine fills in: the fields of a fault, of kill and of SIGCHLD. */
typedef struct {
  int si_signo;
  int si_errno;
  int si_code;
  int __pad;
  union {
    void *__address;
    struct {
      int __pid;
      uid_t __uid;
      int __status;
    } __sender;
    char __size[112];
  } __fields;
} siginfo_t;
#define si_addr __fields.__address
#define si_pid __fields.__sender.__pid
#define si_uid __fields.__sender.__uid
#define si_status __fields.__sender.__status

struct sigaction {
  union {
    __sighandler_t __handler;
    void (*__action)(int, siginfo_t *, void *);
  } __function;
  sigset_t sa_mask;
  int sa_flags;
  void (*sa_restorer)(void);
};
#define sa_handler __function.__handler
#define sa_sigaction __function.__action

#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO 4
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_RESETHAND ((int)0x80000000)
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SI_USER 0
#define SI_KERNEL 0x80
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define FPE_INTDIV 1
#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_STOPPED 5
#define CLD_CONTINUED 6
#define NSIG 65
#define _NSIG NSIG

int sigaction(int signal, const struct sigaction *__PW_RESTRICT action, struct sigaction *__PW_RESTRICT old);
int sigprocmask(int how, const sigset_t *__PW_RESTRICT set, sigset_t *__PW_RESTRICT old);
int sigsuspend(const sigset_t *set);
int sigpending(sigset_t *set);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int signal);
int sigdelset(sigset_t *set, int signal);
int sigismember(const sigset_t *set, int signal);
int killpg(pid_t group, int signal);
int kill(pid_t process, int signal);
void psignal(int signal, const char *prefix);
#endif

#endif
