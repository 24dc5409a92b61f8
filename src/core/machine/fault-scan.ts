/**
 * Walks the faults that a view asks for by blocks of records (events/fault-index.ts): a block that lies wholly inside the question
 * is answered by its sums, one that lies wholly outside is passed over, and only the others are looked at record by record.
 * Used by the queries about faults.
 */
import type { FaultWhere } from '../../shared/views-faults';
import { EventKind } from '../events/event-log';
import { faultIndexOf, MIXED } from '../events/fault-index';
import type { FaultIndex } from '../events/fault-index';
import type { Pass } from './pass';

const TWO_32 = 4294967296;
export const RECORD_WORDS = 16;

/** How much of a block or chunk passes the filter, moments and kinds left aside. */
export const enum Share { None, All, Some }

export class FaultFilter {
  /** By kind: 1 when it passes. */
  readonly wanted = new Uint8Array(256);
  readonly from: number;
  readonly to: number;
  private readonly low: number;
  private readonly high: number;
  private readonly entered = new Map<number, number>();
  private readonly lines = new Map<number, boolean>();

  /** `ranged` false leaves the moments of the filter aside. */
  constructor(private readonly pass: Pass, private readonly where: FaultWhere, ranged: boolean) {
    this.wanted.fill(where.kinds.length === 0 ? 1 : 0);
    for (const kind of where.kinds) this.wanted[kind] = 1;
    this.from = ranged ? where.fromCycle : 0;
    this.to = ranged && where.toCycle > 0 ? where.toCycle : Infinity;
    this.low = where.lowVa === '' ? 0 : Number(BigInt(where.lowVa));
    this.high = where.highVa === '' ? Infinity : Number(BigInt(where.highVa));
  }

  /** Every kind passes. */
  get isAnyKind(): boolean {
    return this.where.kinds.length === 0;
  }

  /** A block by its common traits; moments are the caller's. */
  share(index: FaultIndex, block: number): Share {
    if (index.faults[block] === 0) return Share.None;
    let share = Share.All;
    const process = index.process[block] as number;
    if (this.where.processKey !== 0 && process !== this.where.processKey) {
      if (process !== MIXED) return Share.None;
      share = Share.Some;
    }
    if (this.where.sinceMain) {
      const since = process === MIXED ? -1 : this.since(process);
      if (since < 0) share = Share.Some;
      else if ((index.lastInstruction[block] as number) < since) return Share.None;
      else if ((index.firstInstruction[block] as number) < since) share = Share.Some;
    }
    if ((index.lowVa[block] as number) >= this.high || (index.highVa[block] as number) < this.low) return Share.None;
    if ((index.lowVa[block] as number) < this.low || (index.highVa[block] as number) >= this.high) share = Share.Some;
    if (this.where.line > 0) {
      const site = index.site[block] as number;
      if (site === MIXED) share = Share.Some;
      else if (!this.onLine(site)) return Share.None;
    }
    return share;
  }

  /** One record, its kind included, its moment left aside. */
  matches(words: Uint32Array, at: number): boolean {
    const head = words[at + 8] as number;
    if ((head & 0xffff) !== EventKind.Fault || this.wanted[(head >>> 16) & 0xff] === 0) return false;
    const { where } = this;
    const key = words[at + 6] as number;
    if (where.processKey !== 0 && key !== where.processKey) return false;
    if (where.sinceMain && (words[at + 5] as number) * TWO_32 + (words[at + 4] as number) < this.since(key)) return false;
    if (this.low > 0 || this.high < Infinity) {
      const va = (words[at + 11] as number) * TWO_32 + (words[at + 10] as number);
      if (va < this.low || va >= this.high) return false;
    }
    return where.line === 0 || this.onLine(words[at + 9] as number);
  }

  /** Instruction from which the faults of a process count: its entry into main; a process without code of its own counts from its start. */
  private since(key: number): number {
    let since = this.entered.get(key);
    if (since === undefined) {
      const process = this.pass.computer.processByKey(key);
      since = process?.program == null ? 0 : process.mainEntered < 0 ? Infinity : process.mainEntered;
      this.entered.set(key, since);
    }
    return since;
  }

  private onLine(site: number): boolean {
    let answer = this.lines.get(site);
    if (answer === undefined) {
      const place = siteOf(this.pass, site);
      answer = place.line === this.where.line && place.file === this.where.file;
      this.lines.set(site, answer);
    }
    return answer;
  }
}

/** The indexes of the kept chunks, oldest first; false ends the walk. */
export function forEachIndex(pass: Pass, visit: (index: FaultIndex) => boolean): void {
  pass.computer.events.memory.forEachChunk((words, used) => visit(faultIndexOf(words, used, used * RECORD_WORDS === words.length)));
}

export function cycleAt(words: Uint32Array, at: number): number {
  return (words[at + 3] as number) * TWO_32 + (words[at + 2] as number);
}
export function seqAt(words: Uint32Array, at: number): number {
  return (words[at + 1] as number) * TWO_32 + (words[at] as number);
}

/** Function, file and line of an event's site (code index + 1; 0: none). */
export function siteOf(pass: Pass, site: number): { readonly fn: string; readonly file: string; readonly line: number } {
  return site === 0 ? { fn: '', file: '', line: 0 } : pass.stacks.frameOf(site - 1);
}
