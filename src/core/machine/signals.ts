/**
 * Signals: what a fault becomes, how a signal is sent, and how one is delivered (Linux manual: signal(7), sigaction(2)).
 *
 * A call out of the kernel only *asks* (computer.ask), and sending only notes the signal as pending; delivery happens when
 * the kernel has left, at the instruction where the thread stands. A handler is called by a function of the C library
 * (__pw_deliver), on the same stack below the red zone; it takes the mask that was before and puts it back afterwards,
 * and returns to the interrupted instruction, which runs again (a fault that was not repaired faults again).
 *
 * A thread that waits in a system call is woken by a signal that is due and looks again: the call ends with EINTR, or, if
 * the handler was set with SA_RESTART and the call can be, is made anew after the handler (signal(7)).
 */
import type { SystemProfile } from '../../shared/config';
import { exceptionWords } from '../../shared/profiles';
import type { FaultCause } from '../../shared/profiles';
import type { Ending } from '../../shared/report';
import { EventKind } from '../events/event-log';
import { FaultVerdict } from '../paging/fault-handler';
import { hex, isKernelHalf } from '../paging/units';
import * as layout from '../kernel/memory-layout';
import { enterFunction, frameBase, shadeRange, stackPointer } from './call-frames';
import type { Computer, PendingSignal } from './computer';
import { writeGuest } from './guest-memory';
import type { Process } from './process';
import { windowAbove } from './register-stack';
import type { StackTable } from './stacks';

export const SIGILL = 4;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGSEGV = 11;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
const SIGNAL_LIMIT = 64;
export const SA_NOCLDSTOP = 1;
export const SA_NOCLDWAIT = 2;
export const SA_SIGINFO = 4;
export const SA_RESTART = 0x10000000;
export const SA_NODEFER = 0x40000000;
export const SA_RESETHAND = 0x80000000;
/** Bytes of a siginfo_t, and of the part that is filled in. */
const SIGINFO_BYTES = 128;
const SIGINFO_CODES: Readonly<Record<string, number>> = { SEGV_MAPERR: 1, SEGV_ACCERR: 2, BUS_ADRALN: 1, BUS_ADRERR: 2, FPE_INTDIV: 1, FPE_INTOVF: 2, ILL_ILLOPC: 1, ILL_ILLOPN: 2, SI_KERNEL: 128 };

const NAMES: Readonly<Record<number, string>> = {
  1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 4: 'SIGILL', 5: 'SIGTRAP', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL',
  10: 'SIGUSR1', 11: 'SIGSEGV', 12: 'SIGUSR2', 13: 'SIGPIPE', 14: 'SIGALRM', 15: 'SIGTERM', 16: 'SIGSTKFLT', 17: 'SIGCHLD',
  18: 'SIGCONT', 19: 'SIGSTOP', 20: 'SIGTSTP', 21: 'SIGTTIN', 22: 'SIGTTOU', 23: 'SIGURG', 24: 'SIGXCPU', 25: 'SIGXFSZ',
  26: 'SIGVTALRM', 27: 'SIGPROF', 28: 'SIGWINCH', 29: 'SIGIO', 30: 'SIGPWR', 31: 'SIGSYS',
};
/** Signals whose default action is to do nothing, and to stop the process. */
const HARMLESS = new Set([SIGCHLD, SIGCONT, 23, 28]);
const STOPPING = new Set([SIGSTOP, 20, 21, 22]);
/** Slots left free above the interrupted window: arguments that were being written for a call. */
const ARGUMENT_SLACK_SLOTS = 512;

export function signalName(signal: number): string {
  return NAMES[signal] ?? `SIG${String(signal)}`;
}

export function isSignal(signal: number): boolean {
  return Number.isInteger(signal) && signal >= 1 && signal <= SIGNAL_LIMIT;
}

/** A signal that a process sent itself. */
export function sentSignal(signal: number): PendingSignal {
  return { signal, code: '', address: 0n, cause: '', explanation: '', stackOverflow: false, fatal: signal === SIGKILL };
}

/** The signal that an unresolved page fault becomes, in Memcheck's words and in a plain sentence. */
export function faultSignal(verdict: FaultVerdict, va: bigint, access: string, stackLimitBytes: number): PendingSignal {
  const segv = (code: string, cause: string, explanation: string, stackOverflow = false, address = va): PendingSignal =>
    ({ signal: SIGSEGV, code, address, cause, explanation, stackOverflow, fatal: false });
  switch (verdict) {
    case FaultVerdict.NotCanonical:
      return segv('SI_KERNEL', 'General Protection Fault', `${hex(va)} is not canonical: bits 63 to 47 of an address must be equal, so the processor refused the ${access}.`, false, 0n);
    case FaultVerdict.StackOverflow:
      return segv('SEGV_MAPERR', 'Access not within mapped region', `The stack grew past its limit of ${String(Math.round(stackLimitBytes / 1048576 * 100) / 100)} MiB into the guard gap: recursion without end, or a local array that is too large.`, true);
    case FaultVerdict.Protection:
      return segv('SEGV_ACCERR', 'Bad permissions for mapped region', `The page of ${hex(va)} is mapped, but its rights do not allow a ${access}.`);
    case FaultVerdict.BeyondFile:
      return { signal: SIGBUS, code: 'BUS_ADRERR', address: va, cause: 'Non-existent physical address', explanation: `The page of ${hex(va)} lies beyond the end of the mapped file.`, stackOverflow: false, fatal: false };
    case FaultVerdict.NoHugePage:
      return { signal: SIGBUS, code: 'BUS_ADRERR', address: va, cause: 'Non-existent physical address', explanation: `The pool of huge pages is empty, and the mapping of ${hex(va)} has no reservation in it: after fork only the parent keeps one.`, stackOverflow: false, fatal: false };
    case FaultVerdict.DeviceFailed:
      return { signal: SIGBUS, code: 'BUS_ADRERR', address: va, cause: 'Non-existent physical address', explanation: `The page of ${hex(va)} is in swap, and the swap device could not give it back (see the device error among the events).`, stackOverflow: false, fatal: false };
    case FaultVerdict.OutOfMemory:
      return { signal: SIGKILL, code: '', address: va, cause: 'Out of memory', explanation: 'The machine has no frame left: the out-of-memory killer ended the process.', stackOverflow: false, fatal: true };
    default:
      return segv('SEGV_MAPERR', 'Access not within mapped region', noMappingSentence(va, access));
  }
}

const CAUSES: Readonly<Record<FaultVerdict, FaultCause>> = {
  [FaultVerdict.Resolved]: 'no-mapping', [FaultVerdict.NoMapping]: 'no-mapping', [FaultVerdict.Protection]: 'protection', [FaultVerdict.NotCanonical]: 'not-canonical',
  [FaultVerdict.DeviceFailed]: 'device-error', [FaultVerdict.StackOverflow]: 'stack-overflow', [FaultVerdict.BeyondFile]: 'beyond-file', [FaultVerdict.OutOfMemory]: 'out-of-memory', [FaultVerdict.NoHugePage]: 'out-of-memory',
};

/** The signal with its sentence opened in the words of the profile. */
export function inWordsOf(profile: SystemProfile, verdict: FaultVerdict, access: string, signal: PendingSignal): PendingSignal {
  return { ...signal, explanation: exceptionWords(profile, CAUSES[verdict], access, signal.address) + signal.explanation };
}

function noMappingSentence(va: bigint, access: string): string {
  if (va < 4096n) return `The ${access} went through a null pointer (address ${hex(va)}): nothing is ever mapped there.`;
  if (isKernelHalf(Number(va >> 32n))) return `${hex(va)} lies in the kernel's half of the address space, which programs may not touch.`;
  return `Nothing is mapped at ${hex(va)}, so the ${access} found no page.`;
}

/** #DE and the two trap instructions. */
export function trapSignal(kind: number, address: bigint, profile: SystemProfile): PendingSignal {
  const words = exceptionWords(profile, kind === 0 ? 'divide-by-zero' : 'illegal-instruction', '', address);
  if (kind === 0) return { signal: SIGFPE, code: 'FPE_INTDIV', address, cause: 'Integer divide by zero', explanation: words + 'An integer was divided by zero, or the smallest integer by -1: the result does not exist.', stackOverflow: false, fatal: false };
  const explanation = kind === 1
    ? 'The program ran a trap instruction: the compiler or the program put it where execution must not come.'
    : 'Execution reached a place that the program promised never to reach.';
  return { signal: SIGILL, code: 'ILL_ILLOPC', address, cause: 'Illegal opcode', explanation: words + explanation, stackOverflow: false, fatal: false };
}

export function bitOf(signal: number): bigint {
  return 1n << BigInt(signal - 1);
}

/** SIGKILL and SIGSTOP cannot be caught, blocked or ignored. */
export const UNBLOCKABLE = bitOf(SIGKILL) | bitOf(SIGSTOP);

/** What would happen at delivery. */
function actionOf(process: Process, signal: number): 'ignore' | 'handler' | 'stop' | 'end' {
  const handler = signal === SIGKILL || signal === SIGSTOP ? 0n : process.actions.get(signal)?.handler ?? 0n;
  if (handler > 1n) return 'handler';
  if (handler === 1n) return 'ignore';
  if (HARMLESS.has(signal)) return 'ignore';
  return STOPPING.has(signal) ? 'stop' : 'end';
}

/** Sends a signal to a process: it is delivered when the process runs next and does not block it. */
export function sendSignal(computer: Computer, process: Process, pending: PendingSignal): void {
  if (process.isOver || process.program === null && actionOf(process, pending.signal) === 'ignore') return;
  const { signal } = pending;
  if (signal === SIGCONT || signal === SIGKILL) {
    process.pendingSignals = process.pendingSignals.filter((other) => !STOPPING.has(other.signal));
    continueProcess(computer, process);
  } else if (STOPPING.has(signal)) process.pendingSignals = process.pendingSignals.filter((other) => other.signal !== SIGCONT);
  const isBlocked = (process.blockedSignals & bitOf(signal) & ~UNBLOCKABLE) !== 0n;
  if (!isBlocked && actionOf(process, signal) === 'ignore') return;
  if (process.pendingSignals.some((other) => other.signal === signal)) return;
  process.pendingSignals.push(pending);
  noteDue(computer, process);
}

/** To be called when mask or pending signals have changed. */
export function noteDue(computer: Computer, process: Process): void {
  process.signalsDue = process.pendingSignals.some((pending) => isDue(process, pending));
  if (!process.signalsDue) return;
  for (const thread of process.threads) {
    if (thread.waitingFor !== 'device') computer.wake(thread);
  }
  if (computer.current?.process === process) computer.reschedule = true;
}

function isDue(process: Process, pending: PendingSignal): boolean {
  return pending.fatal || (process.blockedSignals & bitOf(pending.signal) & ~UNBLOCKABLE) === 0n;
}

/** The due signal that is delivered next: the lowest number first; null: none is. */
export function nextDue(process: Process): PendingSignal | null {
  let next: PendingSignal | null = null;
  for (const pending of process.pendingSignals) {
    if (isDue(process, pending) && (next === null || pending.signal < next.signal || pending.fatal)) next = pending;
  }
  return next;
}

/** True when a system call that waits must give up for the next due signal; false: it is made again after the handler. */
export function interrupts(process: Process, canRestart: boolean): boolean {
  const next = nextDue(process);
  if (next === null || actionOf(process, next.signal) !== 'handler') return false;
  return !canRestart || ((process.actions.get(next.signal)?.flags ?? 0) & SA_RESTART) === 0;
}

/** Delivers the due signals of the running thread, one after the other; the ending of the process, or null. */
export function deliverDue(computer: Computer, stacks: StackTable, numCallers: number): Ending | null {
  const process = computer.running;
  for (let next = nextDue(process); next !== null; next = nextDue(process)) {
    const { signal } = next;
    process.pendingSignals = process.pendingSignals.filter((other) => other.signal !== signal);
    const ending = deliverSignal(computer, stacks, next, numCallers);
    if (ending !== null) return ending;
    if (process.isStopped) break;
  }
  noteDue(computer, process);
  return null;
}

/**
 * Delivers a signal to the running thread: ignores it, enters its handler, stops the process, or answers how it ends.
 * null: the thread goes on, or is stopped.
 */
export function deliverSignal(computer: Computer, stacks: StackTable, pending: PendingSignal, numCallers: number): Ending | null {
  const process = computer.running;
  const synchronous = pending.code !== '';
  const bit = bitOf(pending.signal);
  if (!synchronous && !pending.fatal && (process.blockedSignals & bit & ~UNBLOCKABLE) !== 0n) {
    sendSignal(computer, process, pending);
    return null;
  }
  computer.log(EventKind.Signal, Number(pending.address & 0xffffffffn), Number((pending.address >> 32n) & 0xffffffffn), pending.signal, 0);
  const action = pending.fatal ? 'end' : actionOf(process, pending.signal);
  const isBlockedFault = synchronous && (process.blockedSignals & bit) !== 0n;
  if (action === 'handler' && !isBlockedFault && enterHandler(computer, pending)) return null;
  if (!synchronous && action === 'ignore') return null;
  if (!synchronous && action === 'stop') {
    stopProcess(computer, process, pending.signal);
    return null;
  }
  computer.jumpTarget = pending.jumpTarget ?? null;
  const stack = stacks.rowsOf(stacks.capture(numCallers));
  computer.jumpTarget = null;
  return {
    kind: 'signal', signal: pending.signal, name: signalName(pending.signal), code: pending.code, address: hex(pending.address),
    cause: pending.cause, explanation: explain(computer, stacks, pending), stack, stackOverflow: pending.stackOverflow,
  };
}

/** SIGSTOP and its kin: no thread of the process runs until SIGCONT. */
export function stopProcess(computer: Computer, process: Process, signal: number): void {
  if (process.isStopped || process.isOver) return;
  process.isStopped = true;
  process.stopSignal = signal;
  process.stopReport = 'stopped';
  for (const thread of process.threads) {
    if (thread.state !== 'ready' && thread.state !== 'blocked') continue;
    computer.queues.remove(thread);
    thread.resume = thread.state;
    thread.state = 'stopped';
  }
  computer.reschedule = true;
  tellParent(computer, process, true);
}

/** SIGCONT, and what SIGKILL does first: the threads go on as they were. */
export function continueProcess(computer: Computer, process: Process): void {
  if (!process.isStopped) return;
  process.isStopped = false;
  process.stopReport = 'continued';
  for (const thread of process.threads) {
    if (thread.state !== 'stopped') continue;
    thread.state = thread.resume;
    if (thread.state === 'ready') computer.queues.enqueue(thread);
  }
  computer.reschedule = true;
  tellParent(computer, process, true);
}

/** A child ended, stopped or went on: SIGCHLD, and whoever waits looks. */
export function tellParent(computer: Computer, child: Process, isStop: boolean): void {
  const parent = child.parentProcess;
  if (parent === null || parent.isOver) return;
  computer.wakeAll(parent.childWait);
  const action = parent.actions.get(SIGCHLD);
  if (isStop && action !== undefined && (action.flags & SA_NOCLDSTOP) !== 0) return;
  sendSignal(computer, parent, { ...sentSignal(SIGCHLD), senderPid: child.pid, childStatus: isStop ? child.stopSignal : waitStatusOf(child) });
}

/** The status word of wait(2). */
export function waitStatusOf(process: Process): number {
  const { ending } = process;
  if (ending?.kind === 'exit') return (ending.status & 0xff) << 8;
  return ending?.kind === 'signal' ? ending.signal : SIGKILL;
}

/** The signal's own sentence, and what happened earlier that led to it. */
function explain(computer: Computer, stacks: StackTable, pending: PendingSignal): string {
  const { assertion, smashed } = computer.running;
  if (pending.signal === SIGABRT && assertion !== '') return assertion;
  if (smashed === null || pending.code === '') return pending.explanation;
  const frame = stacks.frameOf(smashed.site);
  const where = frame.line > 0 ? ` (it returned at line ${String(frame.line)})` : '';
  return `${pending.explanation} The ${smashed.what} of ${frame.fn}${where} had been overwritten with ${hex(smashed.value)}: something wrote past the end of a local variable.`;
}

/** Calls the handler by way of the library's __pw_deliver. False: it is no function, or the stack cannot be written. */
function enterHandler(computer: Computer, pending: PendingSignal): boolean {
  const process = computer.running;
  const { store, code } = computer;
  const action = process.actions.get(pending.signal);
  if (action === undefined) return false;
  const index = code.indexOf(process.images, action.handler);
  const found = index < 0 ? null : code.functionAt(index);
  if (found === null || found.loaded.codeBase + found.fn.first !== index) return false;
  const window = store.read32(layout.ST_R);
  const interrupted = code.functionById(store.read32(window + layout.REC_FUNCTION));
  const distance = 16 * ((interrupted?.fn.windowSlots ?? 0) + ARGUMENT_SLACK_SLOTS);
  // A memory intrinsic that was interrupted in its middle begins anew: the handler may use intrinsics itself.
  store.writeCount(layout.ST_PROGRESS, 0);
  store.writeCount(layout.ST_PROGRESS_DATUM, 0);
  let sp = (stackPointer(computer, window) - 128n) & ~15n;
  let information = 0n;
  if ((action.flags & SA_SIGINFO) !== 0) {
    sp -= BigInt(SIGINFO_BYTES);
    information = sp;
    if (!writeInformation(computer, sp, pending)) return false;
  }
  const oldMask = process.suspendedMask ?? process.blockedSignals;
  const deliver = process.library.image.functions.findIndex((fn) => fn.name === '__pw_deliver');
  if (deliver < 0) throw new Error('the library has no __pw_deliver');
  const slots = process.library.image.functions[deliver]?.windowSlots ?? 0;
  const entered = enterFunction(computer, {
    functionId: process.library.functionBase + deliver, args: [action.handler, BigInt(pending.signal), information, oldMask],
    window: windowAbove(computer, distance, slots), callerDistance: distance, returnIndex: store.read32(layout.ST_PC), sp, callerF: frameBase(computer, window),
  });
  if (!entered) return false;
  process.suspendedMask = null;
  process.blockedSignals |= action.mask & ~UNBLOCKABLE;
  if ((action.flags & SA_NODEFER) === 0) process.blockedSignals |= bitOf(pending.signal);
  if ((action.flags & SA_RESETHAND) !== 0) process.actions.delete(pending.signal);
  return true;
}

/** siginfo_t of Linux x86-64: signo, errno, code; then address, or pid, uid and status. */
function writeInformation(computer: Computer, va: bigint, pending: PendingSignal): boolean {
  const bytes = new Uint8Array(SIGINFO_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, pending.signal, true);
  view.setInt32(8, SIGINFO_CODES[pending.code] ?? (pending.childCode ?? 0), true);
  if (pending.code !== '') view.setBigUint64(16, pending.address, true);
  else {
    view.setInt32(16, pending.senderPid ?? 0, true);
    view.setInt32(24, pending.childStatus ?? 0, true);
  }
  if (computer.checking) shadeRange(computer, va, BigInt(SIGINFO_BYTES), 2);
  return writeGuest(computer, va, bytes) === bytes.length;
}
