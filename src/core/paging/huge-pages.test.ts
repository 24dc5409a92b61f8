import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_MACHINE } from '../../shared/config';
import { ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { Store } from '../store/store';
import { AddressSpace } from './address-space';
import { FaultHandler, FaultKind, FaultVerdict } from './fault-handler';
import { FrameKind } from './frame-table';
import { forkSpace } from './fork';
import { HugeCause } from './huge-outcomes';
import { PTE_COW, PTE_PS, PTE_RW } from './page-tables';
import { PagingSystem } from './paging-system';
import { highOf, lowOf } from './units';
import { PROT_READ, PROT_WRITE } from './vma';
import type { VmaTemplate } from './vma';

const RW = PROT_READ | PROT_WRITE;
const NO_CACHES = { invalidatePage: () => undefined, invalidateAsid: () => undefined, invalidateAll: () => undefined, clearFast: () => undefined };
const BASE = 512 * 100;

let system: PagingSystem;
let space: AddressSpace;
let handler: FaultHandler;
let nextMapping = 0;
let reports: [HugeCause, number][];

function setUp(frames: number, paging: Partial<typeof DEFAULT_MACHINE.paging>): void {
  system = new PagingSystem(new Store(), frames, 4, NO_CACHES);
  system.huge.setUp({ ...DEFAULT_MACHINE.paging, ...paging });
  reports = [];
  system.huge.report = (cause, _space, vpn) => { reports.push([cause, vpn]); };
  space = new AddressSpace(system, 1, () => ++nextMapping);
  handler = new FaultHandler(2048);
}
function map(first: number, pages: number, more: Partial<VmaTemplate> = {}): void {
  space.map({ first, last: first + pages, prot: RW, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared: false, ...more }, 2);
}
function touch(vpn: number, access = ACCESS_WRITE, of = space): FaultVerdict {
  return handler.handle(of, lowOf(vpn) + 8, highOf(vpn), access);
}
function leaf(vpn: number, of = space): { readonly low: number; readonly level: number; readonly pfn: number } {
  const at = of.tables.leafEntry(vpn);
  return { low: at === 0 ? 0 : system.store.read32(at), level: of.tables.leafLevel, pfn: of.tables.frameOf(vpn) };
}
function write(vpn: number, value: number, of = space): void {
  const pfn = of.tables.frameOf(vpn);
  system.store.write32(system.frames.slot(pfn), value);
}
function read(vpn: number, of = space): number {
  return system.store.read32(of.peek(lowOf(vpn), highOf(vpn)));
}

describe('transparent huge pages at a fault', () => {
  beforeEach(() => { setUp(8192, { transparentHugePages: 'always' }); });

  it('fill an aligned 2 MiB that lies in the area; edges stay small', () => {
    map(BASE + 100, 1500);
    expect(touch(BASE + 700)).toBe(FaultVerdict.Resolved);
    expect([handler.last.kind, handler.last.pages, handler.last.firstPage]).toEqual([FaultKind.HugePage, 512, BASE + 512]);
    expect(leaf(BASE + 512)).toMatchObject({ level: 2 });
    expect(leaf(BASE + 512).low & (PTE_PS | PTE_RW)).toBe(PTE_PS | PTE_RW);
    expect(touch(BASE + 101, ACCESS_READ)).toBe(FaultVerdict.Resolved);
    expect(handler.last.kind).toBe(FaultKind.ZeroPage);
    expect(touch(BASE + 1100)).toBe(FaultVerdict.Resolved);
    expect(handler.last.kind).toBe(FaultKind.HugePage);
    expect(space.residentPages).toBe(1024);
  });

  it('content comes with the touch of each 4 KiB, and untouched pieces read as zeros', () => {
    map(BASE, 512);
    const before = system.store.pool.usedPages;
    touch(BASE);
    expect(system.store.pool.usedPages - before).toBeLessThanOrEqual(4);
    write(BASE + 300, 77);
    expect([read(BASE + 300), read(BASE + 301)]).toEqual([77, 0]);
  });

  it('are left out where advice, mode or a small page forbids', () => {
    map(BASE, 512, { hugeAdvice: 'never' });
    touch(BASE);
    expect(handler.last.kind).toBe(FaultKind.DemandZero);
    map(BASE + 1024, 1024);
    system.huge.mode = 'madvise';
    touch(BASE + 1024);
    expect(handler.last.kind).toBe(FaultKind.DemandZero);
    system.huge.mode = 'always';
    touch(BASE + 1025);
    expect(handler.last.kind).toBe(FaultKind.DemandZero);
    touch(BASE + 1536);
    expect(handler.last.kind).toBe(FaultKind.HugePage);
  });

  it('fall back to small pages when no block is free, and say so', () => {
    const held: number[] = [];
    for (let pfn = system.buddy.allocate(0, FrameKind.Anonymous, 9); pfn >= 0; pfn = system.buddy.allocate(0, FrameKind.Anonymous, 9)) held.push(pfn);
    for (const pfn of held) if (pfn % 2 === 0) system.buddy.free(pfn, 0);
    map(BASE, 512);
    expect(touch(BASE + 5)).toBe(FaultVerdict.Resolved);
    expect(handler.last.kind).toBe(FaultKind.DemandZero);
    expect(reports).toEqual([[HugeCause.Fallback, BASE]]);
  });
});

describe('splitting', () => {
  beforeEach(() => { setUp(8192, { transparentHugePages: 'always' }); map(BASE, 1024); touch(BASE); touch(BASE + 512); write(BASE + 400, 9); });

  it('munmap of a part splits what it cuts, keeps the rest and gives the part back', () => {
    const free = system.buddy.freeFrames;
    space.unmap(BASE + 100, BASE + 300);
    expect(reports).toEqual([[HugeCause.SplitUnmap, BASE]]);
    expect(system.buddy.freeFrames).toBe(free + 200);
    expect([leaf(BASE + 99).level, leaf(BASE + 100).low, leaf(BASE + 512).level]).toEqual([1, 0, 2]);
    expect(read(BASE + 400)).toBe(9);
    expect(space.residentPages).toBe(824);
    space.unmap(BASE, BASE + 1024);
    expect(space.residentPages).toBe(0);
    expect(system.buddy.check()).toEqual([]);
  });

  it('mprotect of a part splits, of the whole changes the huge entry', () => {
    space.protect(BASE + 512, BASE + 1024, PROT_READ);
    expect(reports).toEqual([]);
    expect(leaf(BASE + 600)).toMatchObject({ level: 2 });
    expect(leaf(BASE + 600).low & PTE_RW).toBe(0);
    expect(touch(BASE + 600)).toBe(FaultVerdict.Protection);
    space.protect(BASE, BASE + 1, PROT_READ);
    expect(reports).toEqual([[HugeCause.SplitProtect, BASE]]);
    expect(leaf(BASE).low & PTE_RW).toBe(0);
    expect(leaf(BASE + 1).low & PTE_RW).toBe(PTE_RW);
    space.protect(BASE, BASE + 1024, 0);
    space.protect(BASE, BASE + 1024, RW);
    expect(leaf(BASE + 600).level).toBe(2);
    expect(read(BASE + 400)).toBe(9);
  });

  it('discarding a part makes it zeros again', () => {
    space.zap(BASE + 400, BASE + 401);
    expect(leaf(BASE + 400).low).toBe(0);
    expect(touch(BASE + 400)).toBe(FaultVerdict.Resolved);
    expect(read(BASE + 400)).toBe(0);
  });
});

describe('fork', () => {
  it('shares a huge page; the first write splits the writer\'s and copies 4 KiB; the last owner writes at once', () => {
    setUp(8192, { transparentHugePages: 'always' });
    map(BASE, 512);
    touch(BASE);
    write(BASE + 7, 1);
    const child = forkSpace(space, 2, () => ++nextMapping, () => undefined) as AddressSpace;
    const shared = leaf(BASE).pfn;
    expect(leaf(BASE, child)).toMatchObject({ level: 2, pfn: shared });
    expect([leaf(BASE).low & PTE_COW, leaf(BASE, child).low & PTE_COW]).toEqual([PTE_COW, PTE_COW]);
    expect(touch(BASE + 7, ACCESS_WRITE, child)).toBe(FaultVerdict.Resolved);
    expect(reports).toEqual([[HugeCause.SplitCopy, BASE]]);
    expect([leaf(BASE).level, leaf(BASE, child).level]).toEqual([2, 1]);
    write(BASE + 7, 2, child);
    expect([read(BASE + 7), read(BASE + 7, child), read(BASE + 8, child)]).toEqual([1, 2, 0]);
    child.destroy();
    expect(touch(BASE + 7)).toBe(FaultVerdict.Resolved);
    expect(handler.last.pages).toBe(512);
    expect(leaf(BASE)).toMatchObject({ level: 2, pfn: shared });
    expect(leaf(BASE).low & PTE_RW).toBe(PTE_RW);
    space.destroy();
    expect(system.buddy.check()).toEqual([]);
  });
});

describe('pools', () => {
  it('promise pages to a mapping, hand them out at faults and take them back at the end', () => {
    setUp(8192, { reserved2MPages: 3 });
    const { pool2M } = system.huge;
    expect([pool2M.total, pool2M.freeCount, pool2M.reserved]).toEqual([3, 3, 0]);
    expect(pool2M.reserve(2)).toBe(true);
    expect(pool2M.reserve(2)).toBe(false);
    map(BASE, 1024, { hugeLevel: 2, hugeReserved: true });
    expect(touch(BASE + 600)).toBe(FaultVerdict.Resolved);
    expect(handler.last).toMatchObject({ kind: FaultKind.HugePage, pages: 512, firstPage: BASE + 512 });
    expect([pool2M.freeCount, pool2M.reserved, space.residentPages, space.hugetlbPages]).toEqual([2, 1, 0, 512]);
    write(BASE + 600, 5);
    space.unmap(BASE, BASE + 1024);
    expect([pool2M.freeCount, pool2M.reserved, space.hugetlbPages]).toEqual([3, 0, 0]);
    expect(pool2M.reserve(3)).toBe(true);
    map(BASE, 1536, { hugeLevel: 2, hugeReserved: true });
    for (const page of [0, 512, 1024]) { touch(BASE + page); expect(read(BASE + page + 88)).toBe(0); }
  });

  it('a child after fork has no promise: its write gets a page or SIGBUS', () => {
    setUp(8192, { reserved2MPages: 2 });
    const { pool2M } = system.huge;
    pool2M.reserve(1);
    map(BASE, 512, { hugeLevel: 2, hugeReserved: true });
    touch(BASE);
    write(BASE + 3, 31);
    const child = forkSpace(space, 2, () => ++nextMapping, () => undefined) as AddressSpace;
    expect(touch(BASE + 3, ACCESS_WRITE, child)).toBe(FaultVerdict.Resolved);
    expect([leaf(BASE, child).level, read(BASE + 3, child)]).toEqual([2, 31]);
    expect(leaf(BASE, child).pfn).not.toBe(leaf(BASE).pfn);
    expect(pool2M.freeCount).toBe(0);
    const third = forkSpace(child, 3, () => ++nextMapping, () => undefined) as AddressSpace;
    expect(touch(BASE, ACCESS_WRITE, third)).toBe(FaultVerdict.NoHugePage);
    for (const each of [third, child, space]) each.destroy();
    expect([pool2M.freeCount, pool2M.reserved]).toEqual([2, 0]);
    expect(system.buddy.check()).toEqual([]);
  });

  it('of 1 GiB: one entry of the PDPT', () => {
    setUp(3 * 262144, { reserved1GPages: 1 });
    system.huge.pool1G.reserve(1);
    map(262144 * 8, 262144, { hugeLevel: 3, hugeReserved: true });
    touch(262144 * 8 + 77_777);
    expect(leaf(262144 * 8 + 99)).toMatchObject({ level: 3, pfn: 262144 + 99 });
    expect(space.hugetlbPages).toBe(262144);
    space.destroy();
    expect(system.huge.pool1G.freeCount).toBe(1);
  });

  it('alignment: edges within a page of a pool are refused', () => {
    setUp(8192, { reserved2MPages: 2 });
    system.huge.pool2M.reserve(2);
    map(BASE, 1024, { hugeLevel: 2, hugeReserved: true });
    expect([[BASE, BASE + 512], [BASE + 512, BASE + 1024], [BASE - 5, BASE + 1024], [BASE + 1, BASE + 512], [BASE, BASE + 100]].map(([a, b]) => system.huge.isAligned(space, a as number, b as number))).toEqual([true, true, true, false, false]);
  });
});
