/**
 * Signals: what a fault becomes, and how one is delivered (Linux manual: signal(7), sigaction(2)).
 *
 * A call out of the kernel only *asks* (computer.ask); delivery happens when the kernel has left, at the instruction
 * where the thread stands. A handler set by signal() is entered like a called function on the same stack, below the red
 * zone; when it returns, the interrupted instruction runs again (a fault that was not repaired faults again).
 */
import type { Ending } from '../../shared/report';
import { EventKind } from '../events/event-log';
import { FaultVerdict } from '../paging/fault-handler';
import { hex, isKernelHalf } from '../paging/units';
import * as layout from '../kernel/memory-layout';
import { enterFunction, frameBase, stackPointer } from './call-frames';
import type { Computer, PendingSignal } from './computer';
import { windowAbove } from './register-stack';
import type { StackTable } from './stacks';

export const SIGILL = 4;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGSEGV = 11;
const SIGNAL_LIMIT = 64;

const NAMES: Readonly<Record<number, string>> = {
  1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 4: 'SIGILL', 5: 'SIGTRAP', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL',
  10: 'SIGUSR1', 11: 'SIGSEGV', 12: 'SIGUSR2', 13: 'SIGPIPE', 14: 'SIGALRM', 15: 'SIGTERM', 16: 'SIGSTKFLT', 17: 'SIGCHLD',
  18: 'SIGCONT', 19: 'SIGSTOP', 20: 'SIGTSTP', 21: 'SIGTTIN', 22: 'SIGTTOU', 23: 'SIGURG', 24: 'SIGXCPU', 25: 'SIGXFSZ',
  26: 'SIGVTALRM', 27: 'SIGPROF', 28: 'SIGWINCH', 29: 'SIGIO', 30: 'SIGPWR', 31: 'SIGSYS',
};
/** Signals whose default action is to do nothing here (ignore, continue, or stop, which needs another process to resume). */
const HARMLESS = new Set([17, 18, 19, 20, 21, 22, 23, 28]);
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
    case FaultVerdict.OutOfMemory:
      return { signal: SIGKILL, code: '', address: va, cause: 'Out of memory', explanation: 'The machine has no frame left: the out-of-memory killer ended the process.', stackOverflow: false, fatal: true };
    default:
      return segv('SEGV_MAPERR', 'Access not within mapped region', noMappingSentence(va, access));
  }
}

function noMappingSentence(va: bigint, access: string): string {
  if (va < 4096n) return `The ${access} went through a null pointer (address ${hex(va)}): nothing is ever mapped there.`;
  if (isKernelHalf(Number(va >> 32n))) return `${hex(va)} lies in the kernel's half of the address space, which programs may not touch.`;
  return `Nothing is mapped at ${hex(va)}, so the ${access} found no page.`;
}

/** #DE and the two trap instructions. */
export function trapSignal(kind: number, address: bigint): PendingSignal {
  if (kind === 0) return { signal: SIGFPE, code: 'FPE_INTDIV', address, cause: 'Integer divide by zero', explanation: 'An integer was divided by zero, or the smallest integer by -1: the result does not exist.', stackOverflow: false, fatal: false };
  const explanation = kind === 1
    ? 'The program ran a trap instruction: the compiler or the program put it where execution must not come.'
    : 'Execution reached a place that the program promised never to reach.';
  return { signal: SIGILL, code: 'ILL_ILLOPC', address, cause: 'Illegal opcode', explanation, stackOverflow: false, fatal: false };
}

/**
 * Delivers a signal to the running thread: ignores it, enters its handler, or answers how the process ends.
 * null: the thread goes on.
 */
export function deliverSignal(computer: Computer, stacks: StackTable, pending: PendingSignal, numCallers: number): Ending | null {
  const process = computer.running;
  computer.log(EventKind.Signal, Number(pending.address & 0xffffffffn), Number((pending.address >> 32n) & 0xffffffffn), pending.signal, 0);
  const handler = process.handlers.get(pending.signal) ?? 0n;
  const synchronous = pending.code !== '';
  if (!pending.fatal && handler === 1n && !synchronous) return null;
  if (!pending.fatal && handler > 1n) {
    if (enterHandler(computer, pending.signal, handler)) return null;
  }
  if (handler === 0n && !synchronous && HARMLESS.has(pending.signal)) return null;
  computer.jumpTarget = pending.jumpTarget ?? null;
  const stack = stacks.rowsOf(stacks.capture(numCallers));
  computer.jumpTarget = null;
  return {
    kind: 'signal', signal: pending.signal, name: signalName(pending.signal), code: pending.code, address: hex(pending.address),
    cause: pending.cause, explanation: explain(computer, stacks, pending), stack, stackOverflow: pending.stackOverflow,
  };
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

function enterHandler(computer: Computer, signal: number, handler: bigint): boolean {
  const process = computer.running;
  const { store, code } = computer;
  const index = code.indexOf(process.images, handler);
  const found = index < 0 ? null : code.functionAt(index);
  if (found === null || found.loaded.codeBase + found.fn.first !== index) return false;
  const window = store.read32(layout.ST_R);
  const interrupted = code.functionById(store.read32(window + layout.REC_FUNCTION));
  const distance = 16 * ((interrupted?.fn.windowSlots ?? 0) + ARGUMENT_SLACK_SLOTS);
  // A memory intrinsic that was interrupted in its middle begins anew: the handler may use intrinsics itself.
  store.writeCount(layout.ST_PROGRESS, 0);
  store.writeCount(layout.ST_PROGRESS_DATUM, 0);
  const sp = (stackPointer(computer, window) - 128n) & ~15n;
  const callerF = frameBase(computer, window);
  const returnIndex = store.read32(layout.ST_PC);
  return enterFunction(computer, {
    functionId: found.loaded.functionBase + found.index, args: [BigInt(signal)],
    window: windowAbove(computer, distance, found.fn.windowSlots), callerDistance: distance, returnIndex, sp, callerF,
  });
}
