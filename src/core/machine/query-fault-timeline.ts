/** Answers about page faults for the Page faults view (shared/views-faults.ts): timeline, rows, costs, ratios. */
import type { FaultCostRow, FaultCosts, FaultProcess, FaultRatios, FaultRows, FaultTimeline, FaultWhere } from '../../shared/views-faults';
import { EventKind, FAULT_KINDS } from '../events/event-log';
import { FaultKind, isMajor } from '../paging/fault-handler';
import { entryPfn } from '../paging/page-tables';
import { faultMatcher, scanFaults, siteOf } from './fault-scan';
import type { Pass } from './pass';

const TWO_32 = 4294967296;

export function faultTimeline(pass: Pass, where: FaultWhere, buckets: number): FaultTimeline {
  const extent = extentOf(pass, where);
  const fromCycle = where.toCycle > 0 ? where.fromCycle : extent.first;
  const toCycle = where.toCycle > 0 ? where.toCycle : extent.last + 1;
  const counts = new Uint32Array(buckets * FAULT_KINDS);
  const costs = new Float64Array(buckets * FAULT_KINDS);
  const firstSeq = new Float64Array(buckets * FAULT_KINDS);
  const kindCounts = new Float64Array(FAULT_KINDS);
  const kindCosts = new Float64Array(FAULT_KINDS);
  const scale = buckets / Math.max(1, toCycle - fromCycle);
  const byProcess = new Map<number, number>();
  const kindBefore = new Float64Array(FAULT_KINDS);
  let total = 0;
  let lastKey = -1;
  let ofLastKey = 0;
  scanFaults(pass, where, false, (words, at, cycle) => {
    const kind = ((words[at + 8] ?? 0) >>> 16) & 0xff;
    if (cycle < fromCycle) { kindBefore[kind]++; return true; }
    if (cycle > toCycle) return false;
    const cell = kind * buckets + Math.min(buckets - 1, Math.floor((cycle - fromCycle) * scale));
    const cost = words[at + 14] ?? 0;
    if (counts[cell]++ === 0) firstSeq[cell] = (words[at + 1] ?? 0) * TWO_32 + (words[at] ?? 0);
    costs[cell] += cost;
    kindCounts[kind]++;
    kindCosts[kind] += cost;
    total++;
    const key = words[at + 6] ?? 0;
    if (key !== lastKey) {
      if (lastKey >= 0) byProcess.set(lastKey, (byProcess.get(lastKey) ?? 0) + ofLastKey);
      lastKey = key;
      ofLastKey = 0;
    }
    ofLastKey++;
    return true;
  });
  if (lastKey >= 0) byProcess.set(lastKey, (byProcess.get(lastKey) ?? 0) + ofLastKey);
  return {
    fromCycle, toCycle, buckets, counts, costs, firstSeq, total, kindBefore, kindCounts, kindCosts,
    firstCycle: extent.first, lastCycle: extent.last, processes: processRows(pass, byProcess), forgotten: forgottenFaults(pass),
  };
}

/** First and last moment that the filter lets through, its own moments left aside. */
function extentOf(pass: Pass, where: FaultWhere): { readonly first: number; readonly last: number } {
  let first = -1;
  let last = 0;
  scanFaults(pass, where, false, (_words, _at, cycle) => { first = cycle; return false; });
  if (first < 0) return { first: 0, last: 0 };
  const matches = faultMatcher(pass, where);
  pass.computer.events.memory.lastMatching(EventKind.Fault, (words, at) => {
    if (!matches(words, at)) return false;
    last = (words[at + 3] ?? 0) * TWO_32 + (words[at + 2] ?? 0);
    return true;
  });
  return { first, last };
}

function processRows(pass: Pass, byProcess: ReadonlyMap<number, number>): readonly FaultProcess[] {
  return [...byProcess].map(([processKey, faults]) => {
    const process = pass.computer.processByKey(processKey);
    return { processKey, pid: process?.pid ?? 0, name: process?.name ?? '', faults };
  }).sort((a, b) => b.faults - a.faults);
}

/** Faults of which only totals are kept. */
function forgottenFaults(pass: Pass): number {
  return pass.computer.events.memory.aggregates.reduce((sum, aggregate) => sum + (aggregate.counts[EventKind.Fault] ?? 0), 0);
}

/** Rows [offset, offset + limit) of the matching faults; `find`: a fault whose place is wanted (0: none). */
export function faultRows(pass: Pass, where: FaultWhere, offset: number, limit: number, find: number): FaultRows {
  const hits: { readonly words: Uint32Array; readonly at: number }[] = [];
  let total = 0;
  let found = -1;
  scanFaults(pass, where, true, (words, at) => {
    if (total >= offset && hits.length < limit) hits.push({ words, at });
    if (find > 0 && found < 0 && words[at] === find % TWO_32 && words[at + 1] === Math.floor(find / TWO_32)) found = total;
    total++;
    return true;
  });
  const n = hits.length;
  const rows = {
    seq: new Float64Array(n), cycle: new Float64Array(n), va: new Float64Array(n), kind: new Uint8Array(n), access: new Uint8Array(n), line: new Uint32Array(n),
    costCycles: new Float64Array(n), pfn: new Float64Array(n), mappingId: new Uint32Array(n), processKey: new Uint32Array(n), file: new Uint16Array(n), fn: new Uint16Array(n),
    realMicroseconds: new Float32Array(n).fill(-1),
  };
  const files = new NameTable();
  const functions = new NameTable();
  hits.forEach(({ words, at }, i) => {
    const word = (k: number): number => words[at + k] ?? 0;
    rows.seq[i] = word(1) * TWO_32 + word(0);
    rows.cycle[i] = word(3) * TWO_32 + word(2);
    rows.va[i] = word(11) * TWO_32 + word(10);
    rows.kind[i] = (word(8) >>> 16) & 0xff;
    rows.access[i] = word(8) >>> 24;
    rows.costCycles[i] = word(14);
    rows.pfn[i] = word(12) === 0 ? -1 : entryPfn(word(12), word(13));
    rows.mappingId[i] = word(15);
    rows.processKey[i] = word(6);
    const place = siteOf(pass, word(9));
    rows.line[i] = place.line;
    rows.file[i] = files.index(place.file);
    rows.fn[i] = functions.index(place.fn);
  });
  return { total, from: offset, ...rows, files: files.names, functions: functions.names, found };
}

interface Group { faults: number; major: number; costCycles: number; firstSeq: number; readonly key: number; sample: number }

/** What source lines or areas cost, dearest first, at most `limit` rows. */
export function faultCosts(pass: Pass, where: FaultWhere, by: 'line' | 'area', limit: number): FaultCosts {
  const groups = new Map<number, Group>();
  let faults = 0;
  let costCycles = 0;
  let last: Group | null = null;
  scanFaults(pass, where, true, (words, at) => {
    const key = words[at + (by === 'line' ? 9 : 15)] ?? 0;
    if (last?.key !== key) {
      last = groups.get(key) ?? { key, faults: 0, major: 0, costCycles: 0, firstSeq: (words[at + 1] ?? 0) * TWO_32 + (words[at] ?? 0), sample: words[at + 6] ?? 0 };
      groups.set(key, last);
    }
    const cost = words[at + 14] ?? 0;
    last.faults++;
    last.costCycles += cost;
    if (isMajor(((words[at + 8] ?? 0) >>> 16) & 0xff)) last.major++;
    faults++;
    costCycles += cost;
    return true;
  });
  const rows = by === 'line' ? lineRows(pass, groups) : areaRows(pass, groups);
  rows.sort((a, b) => b.costCycles - a.costCycles || a.firstSeq - b.firstSeq);
  return { rows: rows.slice(0, limit), groups: rows.length, faults, costCycles };
}

/** Sites of one line come together. */
function lineRows(pass: Pass, groups: ReadonlyMap<number, Group>): FaultCostRow[] {
  const lines = new Map<string, FaultCostRow>();
  for (const group of groups.values()) {
    const { file, line, fn } = siteOf(pass, group.key);
    const key = line > 0 ? `${file}:${String(line)}` : fn;
    const known = lines.get(key);
    lines.set(key, {
      label: key, file, line, fn, mappingId: 0,
      faults: group.faults + (known?.faults ?? 0), major: group.major + (known?.major ?? 0), costCycles: group.costCycles + (known?.costCycles ?? 0),
      firstSeq: Math.min(group.firstSeq, known?.firstSeq ?? Infinity),
    });
  }
  return [...lines.values()];
}

function areaRows(pass: Pass, groups: ReadonlyMap<number, Group>): FaultCostRow[] {
  return [...groups.values()].map((group) => {
    const process = pass.computer.processByKey(group.sample);
    const vma = group.key === 0 ? undefined : process?.space.vmas.all().find((each) => each.mappingId === group.key);
    const label = group.key === 0 ? 'no area (invalid addresses)' : vma === undefined ? `area ${String(group.key)}, unmapped since` : vma.name === '' ? `anonymous ${vma.kind}` : `${vma.name} (${vma.kind})`;
    return { label, file: '', line: 0, fn: '', mappingId: group.key, faults: group.faults, major: group.major, costCycles: group.costCycles, firstSeq: group.firstSeq };
  });
}

/** Costs of this run beside each other: from the events and the exact counters. */
export function faultRatios(pass: Pass): FaultRatios {
  const { computer } = pass;
  const { costs } = computer.config.machine;
  const counters = computer.counters();
  const { faultTotals, faultCosts: spent } = computer.events;
  const sum = (values: Float64Array, wanted: (kind: number) => boolean): number => values.reduce((all, value, kind) => (wanted(kind) ? all + value : all), 0);
  const isMinor = (kind: number): boolean => kind !== FaultKind.Invalid && !isMajor(kind);
  const majorFaults = sum(faultTotals, isMajor);
  const minorFaults = sum(faultTotals, isMinor);
  const translation = counters.l2Hits * costs.l2HitCycles + counters.walkReads * costs.walkReadCycles;
  const accesses = counters.accesses + counters.fetches;
  return {
    majorFaults, minorFaults,
    major: majorFaults === 0 ? 0 : sum(spent, isMajor) / majorFaults,
    minor: minorFaults === 0 ? 0 : sum(spent, isMinor) / minorFaults,
    access: accesses === 0 ? 0 : (accesses + translation) / accesses,
    tableRead: counters.walkReads === 0 ? 0 : costs.walkReadCycles,
    cyclesInFaults: sum(spent, () => true), cycles: counters.cycles,
  };
}

class NameTable {
  readonly names: string[] = [];
  private readonly indexes = new Map<string, number>();

  index(name: string): number {
    let index = this.indexes.get(name);
    if (index === undefined) {
      index = this.names.push(name) - 1;
      this.indexes.set(name, index);
    }
    return index;
  }
}

