import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_MACHINE } from '../../shared/config';
import { ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { Store } from '../store/store';
import { AddressSpace } from './address-space';
import { constantFile } from './cached-file';
import { Compactor, fragmentationIndex } from './compaction';
import { FaultHandler, FaultKind, FaultVerdict } from './fault-handler';
import { forkSpace } from './fork';
import { HugeCause } from './huge-outcomes';
import { Khugepaged, CollapseResult, collapse } from './khugepaged';
import { PTE_A } from './page-tables';
import { PagingSystem } from './paging-system';
import { highOf, lowOf } from './units';
import { PROT_READ, PROT_WRITE } from './vma';
import type { Vma } from './vma';

const RW = PROT_READ | PROT_WRITE;
const NO_CACHES = { invalidatePage: () => undefined, invalidateAsid: () => undefined, invalidateAll: () => undefined, clearFast: () => undefined };
const BASE = 512 * 100;

let system: PagingSystem;
let space: AddressSpace;
let handler: FaultHandler;
let compactor: Compactor;
let nextMapping = 0;

beforeEach(() => {
  system = new PagingSystem(new Store(), 8192, 4, NO_CACHES);
  system.huge.setUp({ ...DEFAULT_MACHINE.paging, transparentHugePages: 'always' });
  system.huge.mode = 'never';
  space = new AddressSpace(system, 1, () => ++nextMapping);
  handler = new FaultHandler(2048);
  compactor = new Compactor(system);
});

function map(first: number, pages: number, file: ReturnType<typeof constantFile> | null = null): Vma {
  return space.map({ first, last: first + pages, prot: RW, kind: 'mmap', name: '', file, filePage: 0, growsDown: false, shared: false }, 2);
}
function touch(vpn: number, access = ACCESS_WRITE, of = space): void {
  expect(handler.handle(of, lowOf(vpn) + 8, highOf(vpn), access)).toBe(FaultVerdict.Resolved);
}
function at(vpn: number, of = space): number {
  return of.peek(lowOf(vpn), highOf(vpn));
}
/** Touches pages until no frame is left, each with its number as content. */
function fill(first: number): number {
  let vpn = first;
  for (; handler.handle(space, lowOf(vpn), highOf(vpn), ACCESS_WRITE) === FaultVerdict.Resolved; vpn++) system.store.write32(at(vpn), vpn);
  return vpn;
}

describe('fragmentation index', () => {
  it.each([
    ['a block of the order is free', [0, 0, 1], 2, -1000],
    ['nothing is free', [0, 0, 0], 2, 0],
    ['little is free: want of memory', [1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 9, 1000 - Math.floor((1000 + 1) / 1)],
    ['single frames, much in all: fragmentation', [1024, 0, 0, 0, 0, 0, 0, 0, 0, 0], 9, 1000 - Math.floor((1000 + 2000) / 1024)],
  ])('%s', (_what, blocks, order, expected) => {
    expect(fragmentationIndex(blocks, order)).toBe(expected);
  });
});

describe('compaction', () => {
  it('gathers free frames into a block; contents, entries and counts stay true', () => {
    map(BASE, 8192);
    const end = fill(BASE);
    for (let vpn = BASE; vpn < end; vpn += 3) space.unmap(vpn, vpn + 1);
    expect(system.buddy.freeBlocks(9)).toBe(0);
    expect(compactor.index(9)).toBeGreaterThan(990);
    const resident = space.residentPages;
    const free = system.buddy.freeFrames;
    expect(compactor.compact(9)).toBe(true);
    expect(system.buddy.freeBlocks(9) + system.buddy.freeBlocks(10)).toBeGreaterThan(0);
    expect([space.residentPages, system.buddy.freeFrames]).toEqual([resident, free]);
    for (let vpn = BASE; vpn < end; vpn++) {
      if ((vpn - BASE) % 3 === 0) expect(space.tables.frameOf(vpn)).toBe(-1);
      else {
        expect(system.store.read32(at(vpn))).toBe(vpn);
        expect(system.frames.extra(space.tables.frameOf(vpn))).toBe(vpn);
      }
    }
    expect(compactor.counts.moved).toBeGreaterThan(100);
    expect(system.buddy.check()).toEqual([]);
    space.destroy();
    expect(system.buddy.check()).toEqual([]);
  });

  it('moves pages that fork shares in both spaces, and pages of files with the page cache', () => {
    const file = constantFile(3, '/bin/p', new Uint8Array(40_960).fill(5));
    map(BASE - 100, 10, file);
    for (let page = 0; page < 10; page++) touch(BASE - 100 + page, ACCESS_READ);
    map(BASE, 3072);
    touch(BASE);
    system.store.write32(at(BASE), 123);
    const child = forkSpace(space, 2, () => ++nextMapping, () => undefined) as AddressSpace;
    const before = space.tables.frameOf(BASE);
    const cachedBefore = space.tables.frameOf(BASE - 95);
    for (let vpn = BASE + 1; vpn < BASE + 3000; vpn++) touch(vpn);
    for (let vpn = BASE + 1; vpn < BASE + 3000; vpn++) if (vpn % 4 !== 0) space.unmap(vpn, vpn + 1);
    expect(compactor.move(before, freeFrameAbove(before))).toBe(true);
    expect(compactor.move(cachedBefore, freeFrameAbove(cachedBefore))).toBe(true);
    expect(space.tables.frameOf(BASE)).not.toBe(before);
    expect(child.tables.frameOf(BASE)).toBe(space.tables.frameOf(BASE));
    expect([system.store.read32(at(BASE)), system.store.read32(at(BASE, child))]).toEqual([123, 123]);
    const cached = space.tables.frameOf(BASE - 95);
    expect(cached).not.toBe(cachedBefore);
    expect(system.pageCache.find(file, 5)).toBe(cached);
    expect(system.store.bytes[at(BASE - 95)]).toBe(5);
    touch(BASE, ACCESS_WRITE, child);
    system.store.write32(at(BASE, child), 9);
    expect(system.store.read32(at(BASE))).toBe(123);
    child.destroy();
    space.destroy();
    expect(system.buddy.check()).toEqual([]);
  });

  it('does not begin for want of memory, and waits longer after failures', () => {
    map(BASE, 8192);
    const end = fill(BASE);
    expect(compactor.compact(9)).toBe(false);
    expect(compactor.counts).toMatchObject({ runs: 0, deferred: 1 });
    // Free frames in the gaps between pinned ones: nothing can be gathered.
    for (let vpn = BASE; vpn < end; vpn += 2) space.unmap(vpn, vpn + 1);
    for (let vpn = BASE + 1; vpn < end; vpn += 2) system.frames.changeFlags(space.tables.frameOf(vpn), 1 << 9, 0);
    const runs: number[] = [];
    for (let request = 1; request <= 16; request++) {
      const before = compactor.counts.runs;
      expect(compactor.compact(9)).toBe(false);
      if (compactor.counts.runs > before) runs.push(request);
    }
    expect(runs).toEqual([1, 3, 7, 15]);
  });
});

function freeFrameAbove(pfn: number): number {
  for (let candidate = system.frames.frameCount - 1; candidate > pfn; candidate--) if (system.buddy.isListed(candidate)) return candidate;
  throw new Error('no free frame above');
}

describe('khugepaged', () => {
  let due: number[];
  let charged: number;
  let daemon: Khugepaged;
  const run = (): void => { for (let left = 50; left > 0 && due.length > 0; left--) { due.shift(); daemon.scan(); } };

  beforeEach(() => {
    due = [];
    charged = 0;
    system.huge.mode = 'always';
    system.huge.makeRoom = (order) => compactor.compact(order);
    daemon = new Khugepaged(system, { scanCycles: 1000, pagesToScan: 1024, maxPtesNone: 511 }, { scanAfter: (cycles) => { due.push(cycles); }, charge: (cycles) => { charged += cycles; } });
    system.huge.candidate = () => { daemon.wake(); };
  });

  function small(first: number, pages: number): void {
    system.huge.mode = 'never';
    for (let vpn = first; vpn < first + pages; vpn++) {
      touch(vpn);
      system.store.write32(at(vpn), vpn);
      const entry = space.tables.entryAddress(vpn);
      system.store.write32(entry, system.store.read32(entry) | PTE_A);
    }
    system.huge.mode = 'always';
  }

  it('promotes small pages with their contents, and sleeps when a round found nothing', () => {
    map(BASE, 1536);
    small(BASE + 10, 90);
    small(BASE + 512, 512);
    const reports: number[] = [];
    system.huge.report = (cause) => { reports.push(cause); };
    daemon.wake();
    run();
    expect(reports).toEqual([HugeCause.Promoted, HugeCause.Promoted]);
    expect(due).toEqual([]);
    expect(charged).toBe(2 * daemon.copyCycles);
    expect(space.residentPages).toBe(1024);
    for (const vpn of [BASE + 10, BASE + 99, BASE + 512, BASE + 1023]) {
      expect(system.store.read32(at(vpn))).toBe(vpn);
      space.tables.leafEntry(vpn);
      expect(space.tables.leafLevel).toBe(2);
    }
    expect(system.store.read32(at(BASE + 9))).toBe(0);
    touch(BASE + 1030);
    expect(handler.last.kind).toBe(FaultKind.HugePage);
    space.destroy();
    expect(system.buddy.check()).toEqual([]);
  });

  it('max_ptes_none, A bits and shared pages decide', () => {
    const vma = map(BASE, 512);
    small(BASE, 100);
    expect(collapse(space, vma, BASE, 411, false)).toBe(CollapseResult.NotSuitable);
    const child = forkSpace(space, 2, () => ++nextMapping, () => undefined) as AddressSpace;
    expect(collapse(space, vma, BASE, 412, false)).toBe(CollapseResult.NotNow);
    child.destroy();
    for (let vpn = BASE; vpn < BASE + 100; vpn++) touch(vpn);
    space.tables.forEach(BASE, BASE + 512, (_vpn, entry) => { system.store.write32(entry, system.store.read32(entry) & ~PTE_A); });
    expect(collapse(space, vma, BASE, 412, false)).toBe(CollapseResult.NotSuitable);
    expect(collapse(space, vma, BASE, 412, true)).toBe(CollapseResult.Done);
    expect(collapse(space, vma, BASE, 412, true)).toBe(CollapseResult.Already);
    expect(system.store.read32(at(BASE + 50))).toBe(BASE + 50);
  });

  it('compacts memory for a promotion when no block is free', () => {
    map(BASE, 8192);
    system.huge.mode = 'never';
    const end = fill(BASE);
    expect(end - BASE).toBeGreaterThan(7000);
    for (let vpn = BASE + 512; vpn < end; vpn += 2) space.unmap(vpn, vpn + 1);
    space.tables.forEach(BASE, BASE + 512, (_vpn, entry) => { system.store.write32(entry, system.store.read32(entry) | PTE_A); });
    system.huge.mode = 'always';
    expect(system.buddy.freeBlocks(9)).toBe(0);
    const vma = space.vmas.find(BASE) as Vma;
    expect(collapse(space, vma, BASE, 0, false)).toBe(CollapseResult.Done);
    expect(compactor.counts.successes).toBe(1);
    for (let vpn = BASE; vpn < BASE + 512; vpn++) expect(system.store.read32(at(vpn))).toBe(vpn);
    for (let vpn = BASE + 513; vpn < end; vpn += 2) expect(system.store.read32(at(vpn))).toBe(vpn);
    expect(system.buddy.check()).toEqual([]);
  });
});
