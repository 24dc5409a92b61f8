import { describe, expect, it } from 'vitest';
import { EventKind, EventLog, liveHigh } from '../events/event-log';
import type { Pass } from './pass';
import { heapTimeline } from './query-heap-timeline';

type Step = readonly [cycle: number, kind: EventKind, liveBytes: number, process?: number];

function passWith(steps: readonly Step[], cycles: number, chunks = 256): Pass {
  const events = new EventLog(chunks);
  for (const [cycle, kind, liveBytes, process = 1] of steps) {
    events.append({
      cycle, instruction: cycle, processKey: process, threadKey: 1, kind, detail: liveHigh(liveBytes), access: 0, site: 1, vaLow: 0, vaHigh: 0,
      wordLow: 1, wordHigh: 0, b: 8, mappingId: liveBytes % 4294967296,
    });
  }
  return { computer: { events, cycles: () => cycles } } as unknown as Pass;
}

describe('the heap over time', () => {
  it('has the most of each part, what is in use at its end, and the peak', () => {
    const pass = passWith([[10, EventKind.Malloc, 100], [15, EventKind.Malloc, 300], [19, EventKind.Free, 200], [65, EventKind.Realloc, 250], [99, EventKind.Free, 0]], 100);
    const { most, last, events, peakBytes, peakCycle } = heapTimeline(pass, 1, 5);
    expect([...most]).toEqual([300, 200, 200, 250, 250]);
    expect([...last]).toEqual([200, 200, 200, 250, 0]);
    expect([...events]).toEqual([3, 0, 0, 1, 1]);
    expect([peakBytes, peakCycle]).toEqual([300, 15]);
  });

  it('holds more than 4 GiB, and no other process', () => {
    const { most } = heapTimeline(passWith([[1, EventKind.Malloc, 100 * 2 ** 30 + 7], [2, EventKind.Malloc, 5, 2]], 10), 1, 1);
    expect([...most]).toEqual([100 * 2 ** 30 + 7]);
  });

  it('what is not kept is unknown, not zero', () => {
    const steps = Array.from({ length: 20_000 }, (_, i): Step => [i, EventKind.Malloc, i + 1]);
    const { most, forgotten } = heapTimeline(passWith(steps, 20_000, 1), 1, 10);
    expect(most[0]).toBe(-1);
    expect(most[9]).toBe(20_000);
    expect(forgotten).toBe(16_384);
  });

  it('a program that never allocates has nothing in use', () => {
    expect([...heapTimeline(passWith([], 10), 1, 2).most]).toEqual([0, 0]);
  });
});
