/** Answers about page faults for the Page faults view (shared/views-faults.ts): timeline, rows, costs, ratios. */
import type { FaultCostRow, FaultCosts, FaultProcess, FaultRatios, FaultRows, FaultTimeline, FaultWhere } from '../../shared/views-faults';
import { accessAt, costAt, EventKind, FAULT_KINDS } from '../events/event-log';
import { FaultKind, isMajor } from '../paging/fault-handler';
import { entryPfn } from '../paging/page-tables';
import type { FaultIndex } from '../events/fault-index';
import { MIXED } from '../events/fault-index';
import { cycleAt, FaultFilter, forEachIndex, RECORD_WORDS, seqAt, Share, siteOf } from './fault-scan';
import type { Pass } from './pass';

const TWO_32 = 4294967296;

/** Matrices and sums of a timeline while they grow. */
class TimelineSums {
  readonly counts: Uint32Array;
  readonly costs: Float64Array;
  readonly firstSeq: Float64Array;
  readonly kindBefore = new Float64Array(FAULT_KINDS);
  readonly kindCounts = new Float64Array(FAULT_KINDS);
  readonly kindCosts = new Float64Array(FAULT_KINDS);
  readonly byProcess = new Map<number, number>();
  private readonly scale: number;

  constructor(private readonly from: number, private readonly to: number, readonly buckets: number) {
    this.counts = new Uint32Array(buckets * FAULT_KINDS);
    this.costs = new Float64Array(buckets * FAULT_KINDS);
    this.firstSeq = new Float64Array(buckets * FAULT_KINDS);
    this.scale = buckets / Math.max(1, to - from);
  }

  bucketOf(cycle: number): number {
    return Math.min(this.buckets - 1, Math.floor((cycle - this.from) * this.scale));
  }

  /** A block that passes whole and lies before the range or in one part of it; false: it must be looked at record by record. */
  addBlock(index: FaultIndex, block: number, wanted: Uint8Array): boolean {
    const first = index.firstCycle[block] as number;
    const last = index.lastCycle[block] as number;
    const isBefore = last < this.from;
    const bucket = this.bucketOf(first);
    if (!isBefore && (index.process[block] === MIXED || first < this.from || last > this.to || this.bucketOf(last) !== bucket)) return false;
    let added = 0;
    for (let kind = 0; kind < FAULT_KINDS; kind++) {
      const cell = block * FAULT_KINDS + kind;
      const count = index.counts[cell] as number;
      if (count === 0 || wanted[kind] === 0) continue;
      if (isBefore) { this.kindBefore[kind] += count; continue; }
      this.add(kind, bucket, count, index.costs[cell] as number, seqAt(index.words, index.from(block) + (index.firstAt[cell] as number) * RECORD_WORDS));
      added += count;
    }
    const process = index.process[block] as number;
    if (added > 0) this.byProcess.set(process, (this.byProcess.get(process) ?? 0) + added);
    return true;
  }

  addRecord(words: Uint32Array, at: number): void {
    const kind = ((words[at + 8] as number) >>> 16) & 0xff;
    const cycle = cycleAt(words, at);
    if (cycle < this.from) { this.kindBefore[kind]++; return; }
    if (cycle > this.to) return;
    this.add(kind, this.bucketOf(cycle), 1, costAt(words, at), seqAt(words, at));
    const process = words[at + 6] as number;
    this.byProcess.set(process, (this.byProcess.get(process) ?? 0) + 1);
  }

  private add(kind: number, bucket: number, count: number, cost: number, seq: number): void {
    const cell = kind * this.buckets + bucket;
    if (this.counts[cell] === 0) this.firstSeq[cell] = seq;
    this.counts[cell] += count;
    this.costs[cell] += cost;
    this.kindCounts[kind] += count;
    this.kindCosts[kind] += cost;
  }
}

export function faultTimeline(pass: Pass, where: FaultWhere, buckets: number): FaultTimeline {
  const filter = new FaultFilter(pass, where, false);
  const extent = extentOf(pass, filter);
  const fromCycle = where.toCycle > 0 ? where.fromCycle : extent.first;
  const toCycle = where.toCycle > 0 ? where.toCycle : extent.last + 1;
  const sums = new TimelineSums(fromCycle, toCycle, buckets);
  forEachIndex(pass, (index) => {
    for (let block = 0; block < index.blocks; block++) {
      const share = filter.share(index, block);
      if (share === Share.None || (index.firstCycle[block] as number) > toCycle) continue;
      if (share === Share.All && sums.addBlock(index, block, filter.wanted)) continue;
      for (let at = index.from(block), end = index.to(block); at < end; at += RECORD_WORDS) if (filter.matches(index.words, at)) sums.addRecord(index.words, at);
    }
    return true;
  });
  const { counts, costs, firstSeq, kindBefore, kindCounts, kindCosts } = sums;
  return {
    fromCycle, toCycle, buckets, counts, costs, firstSeq, total: kindCounts.reduce((sum, count) => sum + count, 0), kindBefore, kindCounts, kindCosts,
    firstCycle: extent.first, lastCycle: extent.last, processes: processRows(pass, sums.byProcess), forgotten: forgottenFaults(pass),
  };
}

/** First and last moment that the filter lets through, its own moments left aside. */
function extentOf(pass: Pass, filter: FaultFilter): { readonly first: number; readonly last: number } {
  const indexes: FaultIndex[] = [];
  forEachIndex(pass, (index) => { indexes.push(index); return true; });
  const first = edgeOf(indexes, filter, false);
  return first < 0 ? { first: 0, last: 0 } : { first, last: edgeOf(indexes, filter, true) };
}

/** Moment of the first matching fault, or of the last one; -1: none matches. */
function edgeOf(indexes: readonly FaultIndex[], filter: FaultFilter, isLast: boolean): number {
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[isLast ? indexes.length - 1 - i : i] as FaultIndex;
    for (let b = 0; b < index.blocks; b++) {
      const block = isLast ? index.blocks - 1 - b : b;
      if (filter.share(index, block) === Share.None) continue;
      const [from, end] = [index.from(block), index.to(block)];
      for (let k = 0; k < end - from; k += RECORD_WORDS) {
        const at = isLast ? end - RECORD_WORDS - k : from + k;
        if (filter.matches(index.words, at)) return cycleAt(index.words, at);
      }
    }
  }
  return -1;
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

interface Hit { readonly words: Uint32Array; readonly at: number }

/** Walks matching faults in order, passing over blocks of which only the number matters. */
function collect(pass: Pass, where: FaultWhere, offset: number, limit: number, find: number): { readonly hits: readonly Hit[]; readonly total: number; readonly found: number } {
  const filter = new FaultFilter(pass, where, true);
  const hits: Hit[] = [];
  let total = 0;
  let found = -1;
  forEachIndex(pass, (index) => {
    const { words } = index;
    for (let block = 0; block < index.blocks; block++) {
      const share = filter.share(index, block);
      if (share === Share.None || (index.lastCycle[block] as number) < filter.from || (index.firstCycle[block] as number) > filter.to) continue;
      const [from, end] = [index.from(block), index.to(block)];
      if (share === Share.All && (index.firstCycle[block] as number) >= filter.from && (index.lastCycle[block] as number) <= filter.to) {
        let count = 0;
        for (let kind = 0; kind < FAULT_KINDS; kind++) if (filter.wanted[kind] !== 0) count += index.counts[block * FAULT_KINDS + kind] as number;
        const holdsFind = find > 0 && find >= seqAt(words, from) && find <= seqAt(words, end - RECORD_WORDS);
        if (!holdsFind && (total + count <= offset || hits.length >= limit)) { total += count; continue; }
      }
      for (let at = from; at < end; at += RECORD_WORDS) {
        if (!filter.matches(words, at)) continue;
        const cycle = cycleAt(words, at);
        if (cycle < filter.from || cycle > filter.to) continue;
        if (total >= offset && hits.length < limit) hits.push({ words, at });
        if (seqAt(words, at) === find) found = total;
        total++;
      }
    }
    return true;
  });
  return { hits, total, found };
}

/** Rows [offset, offset + limit) of the matching faults; `find`: a fault whose place is wanted (0: none). */
export function faultRows(pass: Pass, where: FaultWhere, offset: number, limit: number, find: number): FaultRows {
  const { hits, total, found } = collect(pass, where, offset, limit, find);
  const n = hits.length;
  const rows = {
    seq: new Float64Array(n), cycle: new Float64Array(n), instruction: new Float64Array(n), va: new Float64Array(n), kind: new Uint8Array(n), access: new Uint8Array(n), line: new Uint32Array(n),
    costCycles: new Float64Array(n), pfn: new Float64Array(n), mappingId: new Uint32Array(n), processKey: new Uint32Array(n), file: new Uint16Array(n), fn: new Uint16Array(n),
    realMicroseconds: new Float32Array(n).fill(-1),
  };
  const files = new NameTable();
  const functions = new NameTable();
  hits.forEach(({ words, at }, i) => {
    const word = (k: number): number => words[at + k] ?? 0;
    rows.seq[i] = word(1) * TWO_32 + word(0);
    rows.cycle[i] = word(3) * TWO_32 + word(2);
    rows.instruction[i] = word(5) * TWO_32 + word(4);
    rows.va[i] = word(11) * TWO_32 + word(10);
    rows.kind[i] = (word(8) >>> 16) & 0xff;
    rows.access[i] = accessAt(words, at);
    rows.costCycles[i] = costAt(words, at);
    rows.realMicroseconds[i] = pass.computer.realTimes.get(rows.seq[i] as number) ?? -1;
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

interface Group { faults: number; major: number; costCycles: number; firstSeq: number; readonly key: number; readonly sample: number }

/** What source lines or areas cost, dearest first, at most `limit` rows. */
export function faultCosts(pass: Pass, where: FaultWhere, by: 'line' | 'area', limit: number): FaultCosts {
  const filter = new FaultFilter(pass, where, true);
  const groups = new Map<number, Group>();
  let faults = 0;
  let costCycles = 0;
  const add = (key: number, processKey: number, kind: number, count: number, cost: number, firstSeq: number): void => {
    let group = groups.get(key);
    if (group === undefined) {
      group = { key, faults: 0, major: 0, costCycles: 0, firstSeq, sample: processKey };
      groups.set(key, group);
    }
    group.faults += count;
    group.costCycles += cost;
    group.firstSeq = Math.min(group.firstSeq, firstSeq);
    if (isMajor(kind)) group.major += count;
    faults += count;
    costCycles += cost;
  };
  forEachIndex(pass, (index) => {
    if (isWhole(filter, index)) {
      for (const group of index.groups()) {
        if (filter.wanted[group.kind] !== 0) add(by === 'line' ? group.site : group.mappingId, group.processKey, group.kind, group.faults, group.costCycles, group.firstSeq);
      }
      return true;
    }
    const { words } = index;
    for (let block = 0; block < index.blocks; block++) {
      if (filter.share(index, block) === Share.None || (index.lastCycle[block] as number) < filter.from || (index.firstCycle[block] as number) > filter.to) continue;
      for (let at = index.from(block), end = index.to(block); at < end; at += RECORD_WORDS) {
        if (!filter.matches(words, at)) continue;
        const cycle = cycleAt(words, at);
        if (cycle < filter.from || cycle > filter.to) continue;
        add(words[at + (by === 'line' ? 9 : 15)] as number, words[at + 6] as number, ((words[at + 8] as number) >>> 16) & 0xff, 1, costAt(words, at), seqAt(words, at));
      }
    }
    return true;
  });
  const rows = by === 'line' ? lineRows(pass, groups) : areaRows(pass, groups);
  rows.sort((a, b) => b.costCycles - a.costCycles || a.firstSeq - b.firstSeq);
  return { rows: rows.slice(0, limit), groups: rows.length, faults, costCycles };
}

/** Every fault of the chunk passes, its kind left aside. */
function isWhole(filter: FaultFilter, index: FaultIndex): boolean {
  for (let block = 0; block < index.blocks; block++) {
    if (index.faults[block] === 0) continue;
    if (filter.share(index, block) !== Share.All || (index.firstCycle[block] as number) < filter.from || (index.lastCycle[block] as number) > filter.to) return false;
  }
  return true;
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

