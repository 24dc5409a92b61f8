import { describe, expect, it } from 'vitest';
import { CachedPages } from './cached-pages';

describe('pages of a file by frame', () => {
  it('does what a map does, under random use', () => {
    const pages = new CachedPages();
    const model = new Map<number, number>();
    let state = 7;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    for (let step = 0; step < 20_000; step++) {
      const page = next(3) === 0 ? next(2 ** 30) : next(2000);
      if (next(3) === 0) expect(pages.delete(page)).toBe(model.delete(page));
      else {
        const pfn = next(2 ** 24);
        pages.set(page, pfn);
        model.set(page, pfn);
      }
      expect(pages.size).toBe(model.size);
      const probe = next(2000);
      expect([pages.get(probe), pages.has(probe)]).toEqual([model.get(probe), model.has(probe)]);
    }
    const sorted = [...model].sort((a, b) => a[0] - b[0]);
    expect([...pages]).toEqual(sorted);
    expect([...pages.values()]).toEqual(sorted.map(([, pfn]) => pfn));
    expect([...pages.keys()]).toEqual(sorted.map(([page]) => page));
  });
});
