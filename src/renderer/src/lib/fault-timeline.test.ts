import { describe, expect, it } from 'vitest';
import type { FaultTimeline } from '@shared/views-faults';
import { brushRange, cumulative, nearestHit, panRange, timesText, timeTicks, zoomRange } from './fault-timeline';

const WHOLE = { fromCycle: 1000, toCycle: 11_000 };

describe('the range', () => {
  it('zooms around a moment that stays where it is', () => {
    const near = zoomRange(WHOLE, WHOLE, 0.5, 0.25);
    expect(near).toEqual({ fromCycle: 2250, toCycle: 7250 });
    expect(near && zoomRange(near, WHOLE, 10, 0.5)).toBeNull();
  });
  it('moves to the edges and no further', () => {
    expect(panRange({ fromCycle: 5000, toCycle: 6000 }, WHOLE, 0.5)).toEqual({ fromCycle: 5500, toCycle: 6500 });
    expect(panRange({ fromCycle: 10_500, toCycle: 11_000 }, WHOLE, 1)).toEqual({ fromCycle: 10_500, toCycle: 11_000 });
    expect(panRange({ fromCycle: 1200, toCycle: 1700 }, WHOLE, -3)).toEqual({ fromCycle: 1000, toCycle: 1500 });
  });
  it('is brushed in either direction, never to nothing', () => {
    expect(brushRange(WHOLE, WHOLE, 0.8, 0.2)).toEqual({ fromCycle: 3000, toCycle: 9000 });
    expect(brushRange(WHOLE, WHOLE, 0.5, 0.5)).toEqual({ fromCycle: 6000, toCycle: 6064 });
  });
});

it('ticks are round moments', () => {
  const ticks = timeTicks({ fromCycle: 0, toCycle: 3e9 }, 5);
  expect(ticks.map((tick) => tick.seconds)).toEqual([0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]);
  expect(timeTicks({ fromCycle: 3e6, toCycle: 6e6 }, 4).map((tick) => Math.round(tick.seconds * 1e5))).toEqual([100, 150, 200]);
});

const timeline = { buckets: 4, counts: Uint32Array.of(1, 0, 0, 2, 0, 0, 5, 0), costs: Float64Array.of(10, 0, 0, 30, 0, 0, 500, 0), firstSeq: Float64Array.of(1, 0, 0, 9, 0, 0, 4, 0) } as unknown as FaultTimeline;

it('sums up over the shown kinds', () => {
  expect([...cumulative(timeline, [0, 1], timeline.counts, 3)]).toEqual([4, 4, 9, 11]);
  expect([...cumulative(timeline, [1], timeline.costs, 0)]).toEqual([0, 0, 500, 500]);
});

it('finds the faults near a pixel', () => {
  expect(nearestHit(timeline, 1, 0, 3)).toEqual({ kind: 1, bucket: 2, seq: 4, count: 5, cost: 500 });
  expect(nearestHit(timeline, 1, 0, 1)).toBeNull();
  expect(nearestHit(timeline, 0, 2, 2)?.bucket).toBe(3);
});

it.each<[number | null, string]>([[null, '–'], [5001.2, '5,001 ×'], [42, '42 ×'], [1.25, '1.3 ×']])('%s is written %s', (value, text) => {
  expect(timesText(value)).toBe(text);
});
