import { describe, expect, it } from 'vitest';
import type { FaultWhere } from '../../shared/views-faults';
import { NO_FAULT_WHERE } from '../../shared/views-faults';
import { EventKind, EventLog, FAULT_KINDS } from '../events/event-log';
import { FaultKind } from '../paging/fault-handler';
import type { Pass } from './pass';
import { faultCosts, faultRatios, faultRows, faultTimeline } from './query-fault-timeline';

interface Fault { readonly cycle: number; readonly kind: FaultKind; readonly cost: number; readonly va?: number; readonly site?: number; readonly process?: number; readonly mapping?: number }

/** A pass of which only what the queries read exists: the event log, two processes, the lines of sites. */
function passWith(faults: readonly Fault[], chunks = 256): Pass {
  const events = new EventLog(chunks);
  for (const { cycle, kind, cost, va = 0x1000, site = 1, process = 1, mapping = 7 } of faults) {
    events.append({ cycle, instruction: cycle, processKey: process, threadKey: 1, kind: EventKind.Fault, detail: kind, access: 2, site, vaLow: va, vaHigh: 0, wordLow: 0x5007, wordHigh: 0, b: cost, mappingId: mapping });
    events.append({ cycle, instruction: cycle, processKey: process, threadKey: 1, kind: EventKind.Map, detail: 0, access: 0, site: 0, vaLow: 0, vaHigh: 0, wordLow: 0, wordHigh: 0, b: 0, mappingId: 0 });
  }
  const processes = [{ key: 1, pid: 100, name: 'first', program: {}, mainEntered: 250 }, { key: 2, pid: 101, name: 'second', program: null, mainEntered: -1 }]
    .map((process) => ({ ...process, space: { vmas: { all: () => [{ mappingId: 7, name: '[heap]', kind: 'heap' }] } } }));
  return {
    computer: {
      events, realTimes: new Map([[5, 43]]), processByKey: (key: number) => processes.find((process) => process.key === key) ?? null, config: { machine: { costs: { l2HitCycles: 7, walkReadCycles: 20 } } },
      counters: () => ({ accesses: 90, fetches: 10, l2Hits: 10, walkReads: 4, cycles: 1_000_000 }),
    },
    stacks: { frameOf: (index: number) => ({ fn: 'main', file: 'a.c', line: index < 100 ? 10 + index : 0 }) },
  } as unknown as Pass;
}
const all = (more: Partial<FaultWhere> = {}): FaultWhere => ({ ...NO_FAULT_WHERE, ...more });

const SOME: readonly Fault[] = [
  { cycle: 100, kind: FaultKind.Library, cost: 3000, site: 1 },
  { cycle: 300, kind: FaultKind.DemandZero, cost: 3000, va: 0x5000, site: 2 },
  { cycle: 400, kind: FaultKind.FileRead, cost: 15_003_000, site: 2, mapping: 8 },
  { cycle: 500, kind: FaultKind.DemandZero, cost: 3000, va: 0x6000, site: 3, process: 2 },
];

describe('the timeline', () => {
  it('counts and costs by part and kind, from the first to the last fault', () => {
    const { fromCycle, toCycle, counts, costs, firstSeq, kindCounts, total, processes } = faultTimeline(passWith(SOME), all(), 4);
    expect([fromCycle, toCycle, total]).toEqual([100, 501, 4]);
    const row = (kind: FaultKind): readonly number[] => [...counts.subarray(kind * 4, kind * 4 + 4)];
    expect(row(FaultKind.Library)).toEqual([1, 0, 0, 0]);
    expect(row(FaultKind.DemandZero)).toEqual([0, 1, 0, 1]);
    expect(row(FaultKind.FileRead)).toEqual([0, 0, 1, 0]);
    expect(costs[FaultKind.FileRead * 4 + 2]).toBe(15_003_000);
    expect(firstSeq[FaultKind.DemandZero * 4 + 3]).toBe(7);
    expect(kindCounts).toHaveLength(FAULT_KINDS);
    expect(processes).toEqual([{ processKey: 1, pid: 100, name: 'first', faults: 3 }, { processKey: 2, pid: 101, name: 'second', faults: 1 }]);
  });

  it('a range counts what lies before it', () => {
    const { kindBefore, total, firstCycle, lastCycle } = faultTimeline(passWith(SOME), all({ fromCycle: 350, toCycle: 450 }), 10);
    expect([kindBefore[FaultKind.Library], kindBefore[FaultKind.DemandZero], total, firstCycle, lastCycle]).toEqual([1, 1, 1, 100, 500]);
  });

  it.each<[string, Partial<FaultWhere>, readonly number[]]>([
    ['a kind', { kinds: [FaultKind.DemandZero] }, [300, 500]], ['a process', { processKey: 2 }, [500]], ['since main; a process without code from its start', { sinceMain: true }, [300, 400, 500]],
    ['addresses', { lowVa: '0x5000', highVa: '0x6000' }, [300]], ['a line', { file: 'a.c', line: 11 }, [300, 400]], ['nothing', { processKey: 9 }, []],
  ])('lets through %s', (_name, where, cycles) => {
    expect([...faultRows(passWith(SOME), all(where), 0, 100, 0).cycle]).toEqual(cycles);
    const timeline = faultTimeline(passWith(SOME), all(where), 8);
    expect([timeline.total, timeline.firstCycle, timeline.lastCycle]).toEqual([cycles.length, cycles[0] ?? 0, cycles[cycles.length - 1] ?? 0]);
  });

  it('what is too old for the log is counted as forgotten', () => {
    const many = Array.from({ length: 6000 }, (_, i): Fault => ({ cycle: i, kind: FaultKind.DemandZero, cost: 1 }));
    const { total, forgotten } = faultTimeline(passWith(many, 2), all(), 10);
    expect(total + forgotten).toBe(6000);
    expect(forgotten).toBeGreaterThan(0);
  });
});

describe('rows', () => {
  it('are read by their place, and a fault is found by its number', () => {
    const { total, from, seq, instruction, pfn, found, realMicroseconds } = faultRows(passWith(SOME), all(), 1, 2, 7);
    expect([total, from, [...seq], [...instruction], [...pfn], found, [...realMicroseconds]]).toEqual([4, 1, [3, 5], [300, 400], [5, 5], 3, [-1, 43]]);
    expect(faultRows(passWith(SOME), all({ kinds: [FaultKind.Library] }), 0, 10, 7).found).toBe(-1);
  });
});

describe('costs', () => {
  it('by line, dearest first; sites of one line come together', () => {
    const { rows, faults, costCycles } = faultCosts(passWith(SOME), all(), 'line', 10);
    expect(rows.map(({ label, faults: n, major, costCycles: cost }) => [label, n, major, cost])).toEqual([['a.c:11', 2, 1, 15_006_000], ['a.c:10', 1, 0, 3000], ['a.c:12', 1, 0, 3000]]);
    expect([faults, costCycles]).toEqual([4, 15_012_000]);
  });

  it('by area', () => {
    const { rows, groups } = faultCosts(passWith(SOME), all(), 'area', 1);
    expect([rows[0]?.label, groups]).toEqual(['area 8, unmapped since', 2]);
    expect(faultCosts(passWith(SOME), all({ processKey: 2 }), 'area', 1).rows[0]?.label).toBe('[heap] (heap)');
  });

  it('ratios come from the events and the counters', () => {
    expect(faultRatios(passWith(SOME))).toEqual({ major: 15_003_000, majorFaults: 1, minor: 3000, minorFaults: 3, access: 2.5, tableRead: 20, cyclesInFaults: 15_012_000, cycles: 1_000_000 });
  });
});

it('a million events are aggregated within a frame', () => {
  const pass = passWith(Array.from({ length: 500_000 }, (_, i): Fault => ({ cycle: i * 1000, kind: (i >> 6) % FAULT_KINDS, cost: 3000, site: (i >> 5) % 50 + 1, process: (i >> 9) % 97 === 0 ? 2 : 1 })));
  faultTimeline(pass, all(), 1200);
  const began = process.cpuUsage();
  const { total } = faultTimeline(pass, all(), 1200);
  const { user, system } = process.cpuUsage(began);
  expect(total).toBe(500_000);
  // 16 ms on a quiet machine; instrumented and shared ones get some room.
  expect((user + system) / 1000).toBeLessThan(60);
});

it('blocks and records give the same sums', () => {
  const faults = Array.from({ length: 3000 }, (_, i): Fault => ({ cycle: i * 37, kind: (i * 7 >> 4) % FAULT_KINDS, cost: i % 11, va: (i * 13 % 500) * 4096, site: (i >> 3) % 9 + 1, process: (i >> 7) % 2 + 1, mapping: (i >> 5) % 5 }));
  const pass = passWith(faults);
  for (const where of [all(), all({ processKey: 1 }), all({ kinds: [2, 3] }), all({ lowVa: '0x10000', highVa: '0x80000' }), all({ fromCycle: 5000, toCycle: 90_000 }), all({ file: 'a.c', line: 12 })]) {
    const chosen = faults.filter(({ cycle, kind, va = 0, site = 0, process: key = 0 }) => (where.processKey === 0 || key === where.processKey) && (where.kinds.length === 0 || where.kinds.includes(kind))
      && (where.lowVa === '' || (va >= Number(where.lowVa) && va < Number(where.highVa))) && (where.toCycle === 0 || (cycle >= where.fromCycle && cycle <= where.toCycle)) && (where.line === 0 || site === 3));
    const timeline = faultTimeline(pass, where, 7);
    expect([timeline.total, timeline.kindCosts.reduce((a, b) => a + b, 0)]).toEqual([chosen.length, chosen.reduce((sum, fault) => sum + fault.cost, 0)]);
    expect([...faultRows(pass, where, 0, 5000, 0).cycle]).toEqual(chosen.map((fault) => fault.cycle));
    expect(faultRows(pass, where, chosen.length - 3, 10, 0).cycle).toHaveLength(3);
    const byLine = faultCosts(pass, where, 'line', 100);
    expect([byLine.faults, byLine.costCycles, byLine.rows.reduce((sum, row) => sum + row.faults, 0)]).toEqual([chosen.length, chosen.reduce((sum, fault) => sum + fault.cost, 0), chosen.length]);
  }
});
