import { describe, expect, it } from 'vitest';
import type { TouchPattern } from './script';
import { TouchOrder, WorkloadRandom } from './touch-order';

function draw(pattern: TouchPattern, pages: number, count: number, seed = 1): number[] {
  const order = new TouchOrder(pattern, new WorkloadRandom(seed));
  return Array.from({ length: count }, () => order.next(pages));
}
function counts(pages: readonly number[], of: number): number[] {
  const result = new Array<number>(of).fill(0);
  for (const page of pages) result[page] = (result[page] ?? 0) + 1;
  return result;
}

describe('order of touches', () => {
  it('sequential goes round', () => {
    expect(draw({ kind: 'sequential' }, 3, 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('a stride comes to every page in the end', () => {
    expect(draw({ kind: 'stride', pages: 4 }, 10, 6)).toEqual([0, 4, 8, 1, 5, 9]);
    for (const [stride, pages] of [[4, 10], [4, 8], [1, 5], [16, 100], [7, 3]] as const) {
      expect(new Set(draw({ kind: 'stride', pages: stride }, pages, pages * 20)).size).toBe(pages);
    }
  });

  it('random is even', () => {
    for (const n of counts(draw({ kind: 'random' }, 10, 100_000), 10)) expect(Math.abs(n - 10_000)).toBeLessThan(400);
  });

  it('hot keeps its shares', () => {
    const hot = draw({ kind: 'hot', pagePercent: 10, touchPercent: 90 }, 1000, 100_000).filter((page) => page < 100).length;
    expect(Math.abs(hot - 90_000)).toBeLessThan(500);
  });

  it.each([[1], [2], [7], [100], [1000]])('zipf over %i pages has weight 1/rank', (pages) => {
    const total = 200_000;
    const sorted = counts(draw({ kind: 'zipf' }, pages, total), pages).sort((a, b) => b - a);
    const harmonic = Array.from({ length: pages }, (_, i) => 1 / (i + 1)).reduce((sum, x) => sum + x, 0);
    for (const rank of [1, 2, 3, 10, 50]) {
      if (rank > pages) continue;
      const expected = total / rank / harmonic;
      expect(Math.abs((sorted[rank - 1] ?? 0) - expected)).toBeLessThan(6 * Math.sqrt(expected) + 1);
    }
    expect(sorted.reduce((sum, n) => sum + n, 0)).toBe(total);
  });

  it('stays in range while the range grows, and is the same for the same seed', () => {
    for (const kind of ['zipf', 'random', 'sequential'] as const) {
      const run = (): number[] => {
        const order = new TouchOrder({ kind }, new WorkloadRandom(7));
        return Array.from({ length: 5000 }, (_, i) => {
          const pages = 1 + Math.floor(i / 10);
          const page = order.next(pages);
          expect(page).toBeGreaterThanOrEqual(0);
          expect(page).toBeLessThan(pages);
          return page;
        });
      };
      expect(run()).toEqual(run());
    }
  });
});
