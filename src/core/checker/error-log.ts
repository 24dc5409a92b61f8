/**
 * The errors of a run. The same error at the same place is one record with a count.
 *
 * Two errors are the same when kind, size and the four innermost code addresses agree; once 100 different ones are known,
 * the two innermost suffice. After 1,000 different errors, or 10,000,000 in all, nothing more is recorded or counted,
 * unless the limit is off (Valgrind's --error-limit=no).
 */
import type { AddressDescription, ErrorKind, ErrorRecord, Stack } from '../../shared/report';
import type { CheckerMachine } from './checker-api';
import type { ErrorFacts } from './sentences';
import { errorSentence } from './sentences';

const FRAMES_COMPARED = 4;
const FRAMES_COMPARED_LATER = 2;
export const CONTEXTS_IN_DETAIL = 100;
export const CONTEXTS_LIMIT = 1000;
export const ERRORS_LIMIT = 10_000_000;

export interface ErrorInput {
  readonly kind: ErrorKind;
  readonly what: string;
  /** Bytes of the access, 0 where that means nothing. */
  readonly size: number;
  readonly address: bigint;
  /** What makes two errors of one kind and place differ, beside the size. */
  readonly detail: string;
}

interface Entry { readonly record: ErrorRecord; count: number; last: number }

/** Numbers of findings, errors and leaks alike: the same key has the same number for the life of a process. */
export class FindingNumbers {
  private readonly numbers: Map<string, number>;

  constructor(numbers: ReadonlyMap<string, number> = new Map<string, number>()) {
    this.numbers = new Map(numbers);
  }

  of(key: string): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.numbers.size + 1;
    this.numbers.set(key, number);
    return number;
  }

  /** Those of a forked process: equal so far. */
  fork(): FindingNumbers {
    return new FindingNumbers(this.numbers);
  }
}

export class ErrorLog {
  private readonly entries: Entry[] = [];
  private readonly byFour = new Map<string, Entry>();
  private readonly byTwo = new Map<string, Entry>();
  private total = 0;

  constructor(
    private readonly machine: CheckerMachine,
    private readonly numCallers: number,
    private readonly findings: FindingNumbers,
    private readonly isLimited = true,
  ) {}

  /**
   * Counts the error, and describes it when it is new.
   * @returns the record when it is new, otherwise null
   */
  report(input: ErrorInput, describe: (stack: Stack) => { readonly description: AddressDescription | null; readonly facts: ErrorFacts }): ErrorRecord | null {
    if (this.isLimited && (this.entries.length >= CONTEXTS_LIMIT || this.total >= ERRORS_LIMIT)) return null;
    this.total++;
    const head = `${input.kind}:${input.size}:${input.detail}:`;
    const four = head + String(this.machine.captureStack(FRAMES_COMPARED));
    const two = head + String(this.machine.captureStack(FRAMES_COMPARED_LATER));
    const known = this.entries.length >= CONTEXTS_IN_DETAIL ? this.byTwo.get(two) : this.byFour.get(four);
    if (known !== undefined) { known.count++; known.last = this.total - 1; return null; }
    const stack = this.machine.stackOf(this.machine.captureStack(this.numCallers));
    const { description, facts } = describe(stack);
    const record: ErrorRecord = {
      findingId: this.findings.of(`error:${this.entries.length}`), unique: this.total - 1, kind: input.kind, what: input.what, size: input.size,
      address: `0x${input.address.toString(16)}`, stack, description, count: 1, lastOccurrence: this.total - 1, instruction: this.machine.instructions(), sentence: errorSentence(facts),
    };
    const entry = { record, count: 1, last: this.total - 1 };
    this.entries.push(entry);
    this.byFour.set(four, entry);
    if (!this.byTwo.has(two)) this.byTwo.set(two, entry);
    return record;
  }

  /** The log of a forked process: what was found before goes on counting. */
  fork(machine: CheckerMachine, findings: FindingNumbers): ErrorLog {
    const log = new ErrorLog(machine, this.numCallers, findings, this.isLimited);
    const copies = new Map(this.entries.map((entry) => [entry, { ...entry }]));
    log.entries.push(...copies.values());
    for (const [key, entry] of this.byFour) log.byFour.set(key, copies.get(entry) as Entry);
    for (const [key, entry] of this.byTwo) log.byTwo.set(key, copies.get(entry) as Entry);
    log.total = this.total;
    return log;
  }

  /** Errors counted so far, repetitions included: the next record's unique number. */
  get occurrences(): number { return this.total; }

  /** In the order of their first occurrence. */
  records(): readonly ErrorRecord[] { return this.entries.map(({ record, count, last }) => (count === record.count ? record : { ...record, count, lastOccurrence: last })); }
}
