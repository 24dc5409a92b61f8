import { describe, expect, it } from 'vitest';
import { PagePool } from './page-pool';

const BASE = 4096;

describe('page pool', () => {
  it('hands out disjoint zeroed runs under random use, up to its capacity', () => {
    const capacity = 200;
    const bytes = new Uint8Array(BASE + capacity * 4096);
    const pool = new PagePool(bytes, BASE, capacity);
    const held: { address: number; pages: number }[] = [];
    let state = 11;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    for (let step = 0; step < 5000; step++) {
      if (next(2) === 0) {
        const pages = next(3) === 0 ? 1 + next(20) : 1;
        const address = pages === 1 ? pool.allocatePage() : pool.allocateRun(pages);
        if (address === 0) continue;
        for (const other of held) expect(address >= other.address + other.pages * 4096 || address + pages * 4096 <= other.address).toBe(true);
        expect(bytes.subarray(address, address + pages * 4096).every((byte) => byte === 0)).toBe(true);
        bytes.fill(0xab, address, address + pages * 4096);
        held.push({ address, pages });
      } else if (held.length > 0) {
        const [gone] = held.splice(next(held.length), 1);
        if (gone !== undefined) pool.freeRun(gone.address, gone.pages);
      }
      expect(pool.usedPages).toBe(held.reduce((sum, run) => sum + run.pages, 0));
    }
    for (const run of held) pool.freeRun(run.address, run.pages);
    expect(pool.allocateRun(capacity)).toBe(BASE);
    expect(pool.allocatePage()).toBe(0);
  });

  it('refuses pages that are not its own', () => {
    const pool = new PagePool(new Uint8Array(BASE + 4 * 4096), BASE, 4);
    expect(() => { pool.freePage(BASE); }).toThrow();
  });
});
