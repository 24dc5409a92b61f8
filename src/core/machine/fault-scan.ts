/**
 * Walks the fault records that a view asks for, without making an object each: a million of them in a few milliseconds.
 * Used by the queries about faults.
 */
import type { FaultWhere } from '../../shared/views-faults';
import { EventKind, takeCount } from '../events/event-log';
import type { Pass } from './pass';

const TWO_32 = 4294967296;
export const RECORD_WORDS = 16;

/** Sees a record that matches: 16 words from `at` on, and its cycle. False ends the walk. */
export type FaultVisitor = (words: Uint32Array, at: number, cycle: number) => boolean;

/** Visits matching faults, oldest first. `ranged` false leaves the moments of the filter aside. */
export function scanFaults(pass: Pass, where: FaultWhere, ranged: boolean, visit: FaultVisitor): void {
  const matches = faultMatcher(pass, where);
  const from = ranged ? where.fromCycle : 0;
  const to = ranged && where.toCycle > 0 ? where.toCycle : Infinity;
  pass.computer.events.memory.forEachChunk((words, used) => {
    const lastAt = (used - 1) * RECORD_WORDS;
    if (takeCount(words, lastAt + 2) < from) return true;
    if (takeCount(words, 2) > to) return false;
    for (let at = 0; at <= lastAt; at += RECORD_WORDS) {
      if (((words[at + 8] ?? 0) & 0xffff) !== EventKind.Fault) continue;
      const cycle = (words[at + 3] ?? 0) * TWO_32 + (words[at + 2] ?? 0);
      if (cycle < from) continue;
      if (cycle > to) return false;
      if (matches(words, at) && !visit(words, at, cycle)) return false;
    }
    return true;
  });
}

/** Whether a fault record passes the filter, its moments left aside. */
export function faultMatcher(pass: Pass, where: FaultWhere): (words: Uint32Array, at: number) => boolean {
  const wanted = new Uint8Array(256).fill(where.kinds.length === 0 ? 1 : 0);
  for (const kind of where.kinds) wanted[kind] = 1;
  const isMainEntered = afterMain(pass);
  const low = where.lowVa === '' ? 0 : Number(BigInt(where.lowVa));
  const high = where.highVa === '' ? Infinity : Number(BigInt(where.highVa));
  const isAnywhere = low === 0 && high === Infinity;
  const onLine = lineMatcher(pass, where);
  return (words, at) => {
    if (wanted[((words[at + 8] ?? 0) >>> 16) & 0xff] === 0) return false;
    const key = words[at + 6] ?? 0;
    if (where.processKey !== 0 && key !== where.processKey) return false;
    if (where.sinceMain && !isMainEntered(key, (words[at + 5] ?? 0) * TWO_32 + (words[at + 4] ?? 0))) return false;
    if (!isAnywhere) {
      const va = (words[at + 11] ?? 0) * TWO_32 + (words[at + 10] ?? 0);
      if (va < low || va >= high) return false;
    }
    return onLine(words[at + 9] ?? 0);
  };
}

/** Whether a process had come to its main at an instruction; one without code of its own counts from its start. */
function afterMain(pass: Pass): (processKey: number, instruction: number) => boolean {
  const entered = new Map<number, number>();
  return (key, instruction) => {
    let since = entered.get(key);
    if (since === undefined) {
      const process = pass.computer.processByKey(key);
      since = process?.program == null ? 0 : process.mainEntered < 0 ? Infinity : process.mainEntered;
      entered.set(key, since);
    }
    return instruction >= since;
  };
}

function lineMatcher(pass: Pass, where: FaultWhere): (site: number) => boolean {
  if (where.line === 0) return () => true;
  const known = new Map<number, boolean>();
  return (site) => {
    let answer = known.get(site);
    if (answer === undefined) {
      const place = siteOf(pass, site);
      answer = place.line === where.line && place.file === where.file;
      known.set(site, answer);
    }
    return answer;
  };
}

/** Function, file and line of an event's site (code index + 1; 0: none). */
export function siteOf(pass: Pass, site: number): { readonly fn: string; readonly file: string; readonly line: number } {
  return site === 0 ? { fn: '', file: '', line: 0 } : pass.stacks.frameOf(site - 1);
}
