import { describe, expect, it } from 'vitest';
import { Store } from '../store/store';
import { BuddyAllocator } from './buddy';
import { FrameTable } from './frame-table';
import { entryPfn, PageTables, PTE_A, PTE_D, PTE_NX_HIGH, PTE_P, PTE_PS, PTE_RW, PTE_US } from './page-tables';

function tables(levels: 4 | 5, frameCount = 4000): { readonly store: Store; readonly buddy: BuddyAllocator; readonly tables: PageTables } {
  const store = new Store();
  const frames = new FrameTable(store, frameCount);
  const buddy = new BuddyAllocator(frames);
  return { store, buddy, tables: new PageTables(frames, buddy, levels, 1) };
}

describe.each([[4 as const], [5 as const]])('page tables of %i levels', (levels) => {
  it('agree with a plain map under random mapping and clearing, and free every table', () => {
    const { store, buddy, tables: t } = tables(levels);
    const before = buddy.freeFrames;
    const model = new Map<number, number>();
    let state = 7;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    const bases = [0x10, 0x5555_5555_4, 0x7fff_f7ff_0, 0x7fff_f000_0];
    for (let step = 0; step < 4000; step++) {
      const vpn = (bases[next(4)] as number) + next(40) * (next(2) === 0 ? 1 : 513);
      if (model.has(vpn)) { t.clear(vpn); model.delete(vpn); } else {
        const pfn = 1000 + next(1 << 20);
        expect(t.map(vpn, pfn, PTE_P | PTE_US | PTE_RW, true)).toBe(true);
        model.set(vpn, pfn);
      }
    }
    const seen = new Map<number, number>();
    let last = -1;
    t.forEach(0, 2 ** 35, (vpn, entry) => {
      expect(vpn).toBeGreaterThan(last);
      last = vpn;
      seen.set(vpn, entryPfn(store.read32(entry), store.read32(entry + 4)));
    });
    expect(new Map([...seen].sort((a, b) => a[0] - b[0]))).toEqual(new Map([...model].sort((a, b) => a[0] - b[0])));
    let count = 0;
    t.forEachTable(() => { count++; });
    expect(count).toBe(t.tableCount);
    for (const vpn of model.keys()) t.clear(vpn);
    expect(t.tableCount).toBe(1);
    expect(buddy.freeFrames).toBe(before);
    t.destroy();
    expect(buddy.freeFrames).toBe(before + 1);
  });

  it('walk as the hardware does, top level first', () => {
    const { tables: t } = tables(levels);
    const vpn = 0x7fff_f7c0_1;
    t.map(vpn, 77, PTE_P | PTE_US, false);
    const steps = t.walk(vpn);
    expect(steps.map((step) => step.level)).toEqual(levels === 4 ? [4, 3, 2, 1] : [5, 4, 3, 2, 1]);
    expect(steps[steps.length - 1]?.entry).toBe((77n << 12n) | BigInt(PTE_P | PTE_US));
    expect(steps[0]?.tablePfn).toBe(t.root);
    expect(t.walk(2 ** 34)).toHaveLength(levels - 3);
  });
});

describe('a page-table entry', () => {
  it('holds frame numbers above 2^20 and NX in the high word', () => {
    const { store, tables: t } = tables(4);
    t.map(5, 0xabcdef, PTE_P, true);
    const at = t.entryAddress(5);
    expect(entryPfn(store.read32(at), store.read32(at + 4))).toBe(0xabcdef);
    expect((store.read32(at + 4) & PTE_NX_HIGH) !== 0).toBe(true);
  });

  it('leaves no empty table behind when frames run out half-way', () => {
    const { buddy, tables: t } = tables(4, 258);
    expect(buddy.freeFrames).toBe(1);
    expect(t.map(0x7fff_0000, 1, PTE_P, false)).toBe(false);
    expect(t.tableCount).toBe(1);
    expect(buddy.freeFrames).toBe(1);
  });
});

describe('huge pages', () => {
  const HUGE = PTE_P | PTE_RW | PTE_US | PTE_PS;
  const BASE = 0x7fff_f000_0 - (0x7fff_f000_0 % 262144);

  it('are leaves of level 2 and 3: found, walked, visited once, cleared as a whole', () => {
    const { store, buddy, tables: t } = tables(4);
    const before = buddy.freeFrames;
    expect(t.map(BASE, 262144, HUGE, true, 3)).toBe(true);
    expect(t.map(BASE + 262144 + 512, 1024, HUGE, true, 2)).toBe(true);
    expect(t.map(BASE + 262144, 7, PTE_P, true)).toBe(true);
    expect([t.frameOf(BASE + 100_000), t.frameOf(BASE + 262144 + 1023), t.frameOf(BASE + 262144), t.frameOf(BASE + 262145)]).toEqual([362144, 1535, 7, -1]);
    expect(t.entryAddress(BASE + 5)).toBe(0);
    expect(t.leafEntry(BASE + 5)).not.toBe(0);
    expect(t.leafLevel).toBe(3);
    expect(t.walk(BASE + 5).map((step) => step.level)).toEqual([4, 3]);
    expect(t.walk(BASE + 262144 + 700).map((step) => step.level)).toEqual([4, 3, 2]);
    const seen: [number, number][] = [];
    t.forEach(BASE + 100, BASE + 262144 + 600, (vpn, entry, pages) => { seen.push([vpn - BASE, pages]); expect(store.read32(entry) & PTE_P).toBe(1); });
    expect(seen).toEqual([[0, 262144], [262144, 1], [262144 + 512, 512]]);
    expect(() => t.map(BASE + 3, 9, PTE_P, false)).toThrow('huge page');
    expect(t.isVacant(BASE + 262144, 2)).toBe(false);
    expect(t.isVacant(BASE + 262144 + 1024, 2)).toBe(true);
    for (const vpn of [BASE + 77, BASE + 262144 + 512 + 511, BASE + 262144]) t.clear(vpn);
    expect(buddy.freeFrames).toBe(before);
  });

  it('split into the table that was kept for them: same frames, rights, A and D', () => {
    const { store, buddy, tables: t } = tables(5);
    const before = buddy.freeFrames;
    expect(t.deposit(BASE)).toBe(true);
    t.map(BASE, 2048, HUGE | PTE_A | PTE_D, true, 2);
    const tableFrames = t.tableCount;
    t.split(BASE + 9);
    expect(t.tableCount).toBe(tableFrames);
    let next = 0;
    t.forEach(0, 2 ** 35, (vpn, entry, pages) => {
      expect([vpn, pages, entryPfn(store.read32(entry), store.read32(entry + 4))]).toEqual([BASE + next, 1, 2048 + next]);
      expect(store.read32(entry) & 0xfff).toBe(PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D);
      expect(store.read32(entry + 4) & PTE_NX_HIGH).not.toBe(0);
      next++;
    });
    expect(next).toBe(512);
    t.collapse(BASE, 4096, HUGE, false);
    expect(t.frameOf(BASE + 511)).toBe(4096 + 511);
    let frames = 0;
    t.forEachTable(() => { frames++; });
    expect(frames).toBe(t.tableCount);
    t.clear(BASE);
    expect(buddy.freeFrames).toBe(before);
  });
});
