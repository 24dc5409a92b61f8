/**
 * What reports in text and in XML share: which records are shown, which count as errors, how an ending is worded.
 */
import type { CheckConfig, LeakKind } from '../../shared/config';
import type { Ending, ErrorRecord, LeakTotals, LossRecord, ProcessResult, Stack } from '../../shared/report';

export interface ReportOptions {
  readonly check: CheckConfig;
  /** 0: -q, only errors and loss records; 1: as usual; 2: -v. */
  readonly verbosity: 0 | 1 | 2;
  /** A plain sentence before each record. */
  readonly sentences: boolean;
  /** A suppression after each record, as --gen-suppressions=all. */
  readonly genSuppressions: boolean;
  /** After the summary, all errors by count and the suppressions that were used, as -s; absent: no lists. */
  readonly errorList?: { readonly suppressionUses: readonly SuppressionUse[] };
}

/** How often a suppression was used; `file` and `line`: where it stands; `lost`: what loss records it hid, null for errors. */
export interface SuppressionUse { readonly name: string; readonly count: number; readonly file: string; readonly line: number; readonly lost: LeakTotals | null }

/** Loss records that the report lists. */
export function shownRecords(result: ProcessResult, check: CheckConfig): readonly LossRecord[] {
  if (check.leakCheck !== 'full' || result.leaks === null) return [];
  return result.leaks.records.filter((record) => !record.suppressed && check.showLeakKinds.includes(record.kind));
}

export interface ErrorTotals { readonly errors: number; readonly contexts: number }

/** Figures of the ERROR SUMMARY: each loss record of an error kind is one error (with --leak-check=full only). */
export function errorTotals(errors: readonly ErrorRecord[], records: readonly LossRecord[], check: CheckConfig): ErrorTotals {
  const leaks = check.leakCheck === 'full' ? records.filter((record) => !record.suppressed && check.errorsForLeakKinds.includes(record.kind)).length : 0;
  return { errors: errors.reduce((sum, each) => sum + each.count, 0) + leaks, contexts: errors.length + leaks };
}

const EVENTS: Readonly<Record<string, string>> = {
  SEGV_MAPERR: 'Access not within mapped region',
  SEGV_ACCERR: 'Bad permissions for mapped region',
  BUS_ADRALN: 'Invalid address alignment',
  BUS_ADRERR: 'Non-existent physical address',
  BUS_OBJERR: 'Hardware error',
  FPE_INTDIV: 'Integer divide by zero',
  FPE_INTOVF: 'Integer overflow',
  ILL_ILLOPC: 'Illegal opcode',
  ILL_ILLOPN: 'Illegal operand',
};

/** What the signal was for, in Valgrind's words; null for signals that a program sent. */
export function signalEvent(ending: Extract<Ending, { kind: 'signal' }>): { readonly text: string; readonly hasAddress: boolean } | null {
  const known = EVENTS[ending.code];
  if (known !== undefined) return { text: known, hasAddress: true };
  return ending.name === 'SIGSEGV' && ending.code === 'SI_KERNEL' ? { text: 'General Protection Fault', hasAddress: false } : null;
}

const SIGNAL_CODES: Readonly<Record<string, number>> = {
  SEGV_MAPERR: 1, SEGV_ACCERR: 2, BUS_ADRALN: 1, BUS_ADRERR: 2, BUS_OBJERR: 3, FPE_INTDIV: 1, FPE_INTOVF: 2, ILL_ILLOPC: 1, ILL_ILLOPN: 2, SI_KERNEL: 128, SI_TKILL: -6,
};

/** si_code of the Linux signal interface. */
export function signalCode(code: string): number { return SIGNAL_CODES[code] ?? 0; }

/**
 * The part of a stack that the real tool can unwind. From an address without code it goes by the frame pointer, which is
 * still the caller's own, and so misses the caller; after a stack overflow it cannot read the stack and knows one frame.
 */
export function unwoundStack(stack: Stack, stackOverflow: boolean): Stack {
  if (stackOverflow) return stack.slice(0, 1);
  const first = stack[0];
  return first !== undefined && (first.fn === '' || first.fn === '???') ? [first, ...stack.slice(2)] : stack;
}

/** Hexadecimal as Valgrind prints code addresses and signal addresses: digits in upper case. */
export function upperHex(address: string): string { return `0x${address.replace(/^0x/iu, '').toUpperCase()}`; }

export const LEAK_XML_KINDS: Readonly<Record<LeakKind, string>> = {
  definite: 'Leak_DefinitelyLost', indirect: 'Leak_IndirectlyLost', possible: 'Leak_PossiblyLost', reachable: 'Leak_StillReachable',
};
