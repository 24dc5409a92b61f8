import { describe, expect, it } from 'vitest';
import { Store } from '../store/store';
import { FrameKind } from './frame-table';
import { fillPattern, patternChecksum, seedAfterWrite } from './pattern';
import { PagingSystem } from './paging-system';

const NO_CACHES = { invalidatePage: () => undefined, invalidateAsid: () => undefined, invalidateAll: () => undefined, clearFast: () => undefined };

function page(seed: number): Uint32Array {
  const words = new Uint32Array(1024);
  fillPattern(words, 0, seed);
  return words;
}

describe('pattern pages', () => {
  it('equal seeds make equal bytes, seed 0 makes zeros, other seeds differ from each other', () => {
    expect(page(0).every((word) => word === 0)).toBe(true);
    expect(page(77)).toEqual(page(77));
    const firsts = new Set([1, 2, 3, 77, 0x7fffffff].map((seed) => page(seed).join()));
    expect(firsts.size).toBe(5);
  });

  it('every write moves the seed on, and its checksum with it', () => {
    const seen = new Set<number>();
    const sums = new Set<number>();
    let seed = 0;
    for (let i = 0; i < 5000; i++) {
      seed = seedAfterWrite(seed, (i * 64) % 4096);
      expect(seed).toBeGreaterThan(0);
      expect(seed).toBeLessThanOrEqual(0x7fffffff);
      seen.add(seed);
      sums.add(patternChecksum(seed));
    }
    expect(seen.size).toBeGreaterThan(4990);
    expect(sums.size).toBeGreaterThan(4990);
  });
});

describe('frames with patterns', () => {
  it('cost no slot, show their bytes, and are copied as patterns', () => {
    const system = new PagingSystem(new Store(), 2000, 4, NO_CACHES);
    const { frames, store } = system;
    const first = system.allocateFrame(FrameKind.Anonymous, 1);
    const second = system.allocateFrame(FrameKind.Anonymous, 1);
    frames.setPattern(first, 0);
    const before = store.pool.usedPages;
    frames.setPattern(first, 9);
    frames.copyContent(second, first);
    expect(store.pool.usedPages).toBe(before);
    expect([frames.patternOf(first), frames.patternOf(second)]).toEqual([9, 9]);
    const shown = frames.slot(second);
    expect(store.words.slice(shown >>> 2, (shown >>> 2) + 1024)).toEqual(page(9));
    for (let i = 0; i < 20; i++) frames.slot(second);
    expect(store.pool.usedPages).toBe(before + 8);
  });

  it('a pattern gives way to the copy of real bytes, and those to a pattern', () => {
    const system = new PagingSystem(new Store(), 2000, 4, NO_CACHES);
    const { frames, store } = system;
    const bytes = system.allocateFrame(FrameKind.Anonymous, 1);
    const other = system.allocateFrame(FrameKind.Anonymous, 1);
    store.bytes.fill(0x5a, frames.slot(bytes), frames.slot(bytes) + 4096);
    frames.setPattern(other, 3);
    frames.copyContent(other, bytes);
    expect(frames.patternOf(other)).toBe(-1);
    expect(store.bytes[frames.slot(other) + 4095]).toBe(0x5a);
    frames.setPattern(other, 4);
    system.releaseFrame(other);
    expect(system.buddy.check()).toEqual([]);
  });
});
