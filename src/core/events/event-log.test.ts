import { describe, expect, it } from 'vitest';
import { EventKind, EventLog } from './event-log';
import type { EventFields } from './event-log';

function event(kind: EventKind, cycle: number, detail = 0): EventFields {
  return { cycle, instruction: cycle, processKey: 1, threadKey: 2, kind, detail, access: 2, site: 9, vaLow: 0x1000, vaHigh: 0x7fff, wordLow: 5, wordHigh: 6, b: 7, mappingId: 8 };
}

describe('event log', () => {
  it('gives every record back as it was written', () => {
    const log = new EventLog();
    const seq = log.append(event(EventKind.Fault, 2 ** 40 + 3, 4));
    expect(log.find(seq)).toEqual({ seq, ...event(EventKind.Fault, 2 ** 40 + 3, 4) });
    expect(log.find(seq + 1)).toBeNull();
  });

  it('keeps exact totals and per-interval aggregates of what it drops', () => {
    const log = new EventLog(2);
    const count = 5 * 4096 + 10;
    for (let i = 0; i < count; i++) log.append(event(i % 3 === 0 ? EventKind.Map : EventKind.Fault, i, i % 3));
    expect(log.totals[EventKind.Fault]! + log.totals[EventKind.Map]!).toBe(count);
    expect(log.faultTotals[1]).toBe(Math.ceil((count - 1) / 3));
    let kept = 0;
    log.memory.forEach(() => { kept++; return true; });
    const dropped = log.memory.aggregates.reduce((sum, each) => sum + each.counts.reduce((a, b) => a + b, 0), 0);
    expect(kept + dropped).toBe(count);
    expect(log.memory.aggregates[0]).toMatchObject({ firstSeq: 1, lastSeq: 4096, firstCycle: 0, lastCycle: 4095 });
    expect(log.find(1)).toBeNull();
    expect(log.find(count)?.cycle).toBe(count - 1);
  });

  it('millions of heap events do not push faults out', () => {
    const log = new EventLog(2);
    const first = log.append(event(EventKind.Fault, 1));
    for (let i = 0; i < 20_000; i++) log.append(event(EventKind.Malloc, i));
    expect(log.find(first)?.kind).toBe(EventKind.Fault);
  });

  it('nor do system calls', () => {
    const log = new EventLog(2);
    const first = log.append(event(EventKind.Fault, 1));
    const calls = Array.from({ length: 20_000 }, (_, i) => log.append(event(EventKind.SystemCall, i)));
    expect(log.find(first)?.kind).toBe(EventKind.Fault);
    expect(log.find(calls.at(-1) ?? 0)?.kind).toBe(EventKind.SystemCall);
    expect([log.totals[EventKind.SystemCall], log.totals[EventKind.Fault]]).toEqual([20_000, 1]);
  });

  it('keeps the cost of a fault up to 11 seconds', () => {
    const log = new EventLog();
    for (const cost of [3000, 0x1_2345_6789, 2 ** 35 + 5]) log.append({ ...event(EventKind.Fault, 1), access: 18, b: cost });
    const kept: number[][] = [];
    log.memory.forEach((record) => { kept.push([record.b, record.access]); return true; });
    expect(kept).toEqual([[3000, 18], [0x1_2345_6789, 18], [7 * 2 ** 32 + 5, 18]]);
  });
});
