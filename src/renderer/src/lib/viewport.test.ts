import { expect, test } from 'vitest';
import { around, clampViewport, CLOSEST_BYTES, panBy, WHOLE, zoomAt } from './viewport';

test('zooming keeps the address under the pointer', () => {
  const view = zoomAt({ low: 0, high: 1e6 }, 0.5, 0.25);
  expect(view.low + (view.high - view.low) * 0.25).toBeCloseTo(250_000);
  expect(view.high - view.low).toBeCloseTo(500_000);
});

test('neither beyond the user half nor closer than sixteen bytes', () => {
  expect(zoomAt(WHOLE, 4, 0.5)).toEqual(WHOLE);
  let view = WHOLE;
  for (let i = 0; i < 200; i++) view = zoomAt(view, 0.5, 0.9);
  expect(view.high - view.low).toBeCloseTo(CLOSEST_BYTES, 1);
  expect(view.high).toBeLessThanOrEqual(WHOLE.high);
});

test('moving stops at the edges', () => {
  expect(panBy({ low: 0, high: 100_000 }, -1).low).toBe(0);
  expect(panBy({ low: WHOLE.high - 100_000, high: WHOLE.high }, 3).high).toBe(WHOLE.high);
  expect(panBy({ low: 0, high: 100_000 }, 0.5).low).toBe(50_000);
});

test('a range gets room', () => {
  const view = around(1_000_000, 2_000_000);
  expect(view.low).toBeLessThan(1_000_000);
  expect(view.high).toBeGreaterThan(2_000_000);
  expect(clampViewport({ low: 5, high: 5 }).high).toBeGreaterThan(5);
});
