import { describe, expect, it } from 'vitest';
import { Store } from '../store/store';
import { BuddyAllocator, MAX_ORDER, RESERVED_FRAMES } from './buddy';
import { FrameKind, FrameTable } from './frame-table';

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

describe('buddy allocator', () => {
  it.each([[300], [5000], [40_000], [100_001]])('%i frames: random use keeps blocks disjoint, aligned, joined, and gives all back', (frameCount) => {
    const frames = new FrameTable(new Store(), frameCount);
    const buddy = new BuddyAllocator(frames);
    const total = buddy.freeFrames;
    expect(total).toBe(frameCount - RESERVED_FRAMES);
    const next = random(frameCount);
    const held = new Map<number, number>();
    const owner = new Int8Array(frameCount);
    for (let step = 0; step < 3000; step++) {
      if (next(3) > 0) {
        const order = next(5) === 0 ? next(MAX_ORDER + 1) : next(3);
        const pfn = buddy.allocate(order, FrameKind.Anonymous, 1);
        if (pfn < 0) continue;
        expect(pfn % (1 << order)).toBe(0);
        for (let frame = pfn; frame < pfn + (1 << order); frame++) {
          expect(owner[frame]).toBe(0);
          owner[frame] = 1;
          expect(frames.kind(frame)).toBe(FrameKind.Anonymous);
        }
        held.set(pfn, order);
      } else if (held.size > 0) {
        const [pfn, order] = [...held][next(held.size)] as [number, number];
        held.delete(pfn);
        owner.fill(0, pfn, pfn + (1 << order));
        buddy.free(pfn, order);
      }
      if (step % 500 === 0) expect(buddy.check()).toEqual([]);
    }
    expect(buddy.freeFrames).toBe(total - [...held.values()].reduce((sum, order) => sum + (1 << order), 0));
    for (const [pfn, order] of held) buddy.free(pfn, order);
    expect(buddy.check()).toEqual([]);
    expect(buddy.freeFrames).toBe(total);
  });

  it('hands out every frame once and then says no', () => {
    const buddy = new BuddyAllocator(new FrameTable(new Store(), 1500));
    const seen = new Set<number>();
    for (let pfn = buddy.allocate(0, FrameKind.Anonymous, 1); pfn >= 0; pfn = buddy.allocate(0, FrameKind.Anonymous, 1)) seen.add(pfn);
    expect(seen.size).toBe(1500 - RESERVED_FRAMES);
    expect(buddy.freeFrames).toBe(0);
  });

  it('needs descriptors only for memory that was used: 64 GiB cost two sections', () => {
    const store = new Store();
    const frames = new FrameTable(store, 16 * 1024 * 1024);
    const buddy = new BuddyAllocator(frames);
    const pfn = buddy.allocate(0, FrameKind.Anonymous, 1);
    expect(buddy.zones.map((zone) => zone.name)).toEqual(['DMA', 'DMA32', 'Normal']);
    expect(pfn).toBeGreaterThanOrEqual(1024 * 1024);
    expect(store.pool.usedPages).toBeLessThan(3 * 256);
  });

  it('refuses to free twice', () => {
    const buddy = new BuddyAllocator(new FrameTable(new Store(), 5000));
    const pfn = buddy.allocate(0, FrameKind.Anonymous, 1);
    buddy.free(pfn, 0);
    expect(() => { buddy.free(pfn, 0); }).toThrow();
  });

  it('takes single frames out of the middle of free blocks, and joins them again', () => {
    const frames = new FrameTable(new Store(), 6000);
    const buddy = new BuddyAllocator(frames);
    const all: number[] = [];
    for (let pfn = buddy.allocate(0, FrameKind.Anonymous, 1); pfn >= 0; pfn = buddy.allocate(0, FrameKind.Anonymous, 1)) all.push(pfn);
    for (const pfn of all) buddy.free(pfn, 0);
    const before = Array.from({ length: MAX_ORDER + 1 }, (_, order) => buddy.freeBlocks(order));
    for (const pfn of [300, 301, 4095, 4096, 5120, 5777]) {
      expect(buddy.isListed(pfn)).toBe(true);
      buddy.take(pfn, FrameKind.Anonymous, 2);
      expect(buddy.isListed(pfn)).toBe(false);
    }
    expect(buddy.check()).toEqual([]);
    expect(buddy.freeFrames).toBe(6000 - RESERVED_FRAMES - 6);
    for (const pfn of [5777, 300, 4096, 4095, 301, 5120]) buddy.free(pfn, 0);
    expect(Array.from({ length: MAX_ORDER + 1 }, (_, order) => buddy.freeBlocks(order))).toEqual(before);
    expect(() => { buddy.take(5, FrameKind.Anonymous, 1); }).toThrow('not free');
  });

  it('reserves blocks of 1 GiB at start, aligned, from memory never used', () => {
    const frames = new FrameTable(new Store(), 2 * 1024 * 1024);
    const buddy = new BuddyAllocator(frames);
    const total = buddy.freeFrames;
    const blocks = [0, 1, 2, 3, 4, 5, 6].map(() => buddy.reserve(18, FrameKind.Kernel, 0));
    expect(blocks).toEqual([4, 5, 6, 7, 1, 2, 3].map((gigabyte) => gigabyte * 262144));
    expect(buddy.reserve(18, FrameKind.Kernel, 0)).toBe(-1);
    expect(buddy.freeFrames).toBe(total - 7 * 262144);
    expect(buddy.check()).toEqual([]);
    expect(buddy.allocate(MAX_ORDER, FrameKind.Anonymous, 1)).toBeLessThan(262144);
  });
});
