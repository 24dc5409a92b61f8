import { describe, expect, it } from 'vitest';
import type { MemoryStatus } from '@shared/views-ram';
import { fitGrid, pressureOf, pressureSentence, zoomRange } from './ram';

describe('the grid of frames', () => {
  it.each([[600, 300, 256], [600, 300, 4096], [600, 300, 262_144], [1200, 700, 16_777_216], [300, 90, 1_000_000], [600, 300, 1000]])('fits %i × %i px for %i frames', (width, height, frames) => {
    const grid = fitGrid(width, height, frames);
    expect(grid.columns * grid.cellPx).toBeLessThanOrEqual(width);
    expect(grid.rows * grid.cellPx).toBeLessThanOrEqual(height);
    expect(grid.columns * grid.rows * grid.framesPerCell).toBeGreaterThanOrEqual(frames);
    expect(Math.log2(grid.framesPerCell) % 1).toBe(0);
  });
  it('shows single frames wherever they fit', () => {
    expect(fitGrid(600, 300, 1024).framesPerCell).toBe(1);
  });
});

it('zooming keeps the frame under the pointer and stays in the machine', () => {
  const whole = { from: 0, count: 262_144 };
  const near = zoomRange(whole, 262_144, 0.25, 131_072);
  expect(near.count).toBe(65_536);
  expect((131_072 - near.from) / near.count).toBeCloseTo(0.5, 2);
  expect(zoomRange(near, 262_144, 100, 131_072)).toEqual(whole);
  expect(zoomRange({ from: 0, count: 64 }, 262_144, 0.5, 10).count).toBe(64);
  expect(zoomRange({ from: 0, count: 16 }, 16, 0.5, 3)).toEqual({ from: 0, count: 16 });
});

describe('pressure', () => {
  const status = (freeFrames: number, isThrashing = false): MemoryStatus => ({
    frameCount: 1000, managedFrames: 744, freeFrames, absentFrames: 0, kinds: [], marks: { min: 10, low: 20, high: 30 }, policy: 'linux', lists: [], swappiness: 60,
    thrashing: { isThrashing, stallShare: 0.83, refaults: 412, missingFrames: 96, windowCycles: 300_000_000, sentence: '' },
  } as unknown as MemoryStatus);
  it.each([[100, 'plenty'], [21, 'plenty'], [20, 'background'], [10, 'direct']])('%i free frames: %s', (free, pressure) => {
    expect(pressureOf(status(free))).toBe(pressure);
  });
  it('says thrashing with its numbers', () => {
    expect(pressureSentence(status(5, true))).toBe('Thrashing: in the last 100 ms programs waited for memory 83 % of the time. 412 pages came back that had just been pushed out; 96 more frames (384 KiB) would have kept most of them.');
  });
});
