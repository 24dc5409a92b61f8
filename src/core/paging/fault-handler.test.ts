import { beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { Store } from '../store/store';
import { AddressSpace, STACK_GUARD_PAGES } from './address-space';
import { FaultHandler, FaultKind, FaultVerdict } from './fault-handler';
import { constantFile } from './cached-file';
import type { FileObject } from './cached-file';
import { entryPfn, PTE_COW, PTE_RW } from './page-tables';
import { PagingSystem } from './paging-system';
import { highOf, lowOf } from './units';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from './vma';
import type { VmaTemplate } from './vma';

const RW = PROT_READ | PROT_WRITE;
const NO_CACHES = { invalidatePage: () => undefined, invalidateAsid: () => undefined, invalidateAll: () => undefined, clearFast: () => undefined };
const STACK_LAST = 0x7fff_ffff_f;
const LIMIT = 2048;

let system: PagingSystem;
let space: AddressSpace;
let handler: FaultHandler;
let nextMapping = 0;

function newSpace(key: number): AddressSpace {
  return new AddressSpace(system, key, () => ++nextMapping);
}
function map(to: AddressSpace, first: number, pages: number, prot: number, more: Partial<VmaTemplate> = {}): void {
  to.map({ first, last: first + pages, prot, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared: false, ...more }, 2);
}
function touch(vpn: number, access: number, of = space): FaultVerdict {
  return handler.handle(of, lowOf(vpn) + 8, highOf(vpn), access);
}
function pte(vpn: number, of = space): { readonly low: number; readonly pfn: number } {
  const entry = of.tables.entryAddress(vpn);
  const low = entry === 0 ? 0 : system.store.read32(entry);
  return { low, pfn: low === 0 ? -1 : entryPfn(low, system.store.read32(entry + 4)) };
}

beforeEach(() => {
  system = new PagingSystem(new Store(), 3000, 4, NO_CACHES);
  space = newSpace(1);
  handler = new FaultHandler(LIMIT);
});

describe('anonymous memory', () => {
  it('reads show the zero page, the write that follows gets a frame of its own', () => {
    map(space, 100, 4, RW);
    expect(touch(101, ACCESS_READ)).toBe(FaultVerdict.Resolved);
    expect([handler.last.kind, handler.last.first]).toEqual([FaultKind.ZeroPage, true]);
    expect(pte(101).pfn).toBe(system.zeroPfn);
    expect(pte(101).low & (PTE_RW | PTE_COW)).toBe(PTE_COW);
    expect(touch(101, ACCESS_WRITE)).toBe(FaultVerdict.Resolved);
    expect([handler.last.kind, handler.last.first]).toEqual([FaultKind.CopyOnWrite, false]);
    expect(pte(101).pfn).not.toBe(system.zeroPfn);
    expect(pte(101).low & (PTE_RW | PTE_COW)).toBe(PTE_RW);
    expect(space.residentPages).toBe(1);
  });

  it('a first write is demand zero', () => {
    map(space, 100, 4, RW);
    expect(touch(102, ACCESS_WRITE)).toBe(FaultVerdict.Resolved);
    expect(handler.last.kind).toBe(FaultKind.DemandZero);
  });

  it('has no frame left at the end', () => {
    map(space, 100, 4000, RW);
    let verdict = FaultVerdict.Resolved;
    let pages = 0;
    for (; verdict === FaultVerdict.Resolved; pages++) verdict = touch(100 + pages, ACCESS_WRITE);
    expect(verdict).toBe(FaultVerdict.OutOfMemory);
    expect(system.buddy.freeFrames).toBe(system.reclaim.marks.min);
    space.destroy();
    expect(system.buddy.check()).toEqual([]);
    expect(system.buddy.freeFrames).toBeGreaterThan(1700);
  });
});

describe('files', () => {
  let file: FileObject;
  beforeEach(() => { file = constantFile(1, '/bin/p', new Uint8Array(5000).fill(7)); });

  it('are shared between processes until one writes', () => {
    const other = newSpace(2);
    for (const each of [space, other]) map(each, 200, 2, RW, { file });
    expect(touch(200, ACCESS_READ)).toBe(FaultVerdict.Resolved);
    expect(handler.last.kind).toBe(FaultKind.File);
    expect(touch(200, ACCESS_READ, other)).toBe(FaultVerdict.Resolved);
    expect(pte(200).pfn).toBe(pte(200, other).pfn);
    expect(touch(200, ACCESS_WRITE, other)).toBe(FaultVerdict.Resolved);
    expect(handler.last.kind).toBe(FaultKind.CopyOnWrite);
    expect(pte(200).pfn).not.toBe(pte(200, other).pfn);
    expect(system.store.bytes[other.peek(lowOf(200), highOf(200)) + 9]).toBe(7);
    expect(system.frames.references(pte(200).pfn)).toBe(2);
  });

  it('the last page is filled up with zeros, and beyond it is SIGBUS', () => {
    map(space, 200, 3, PROT_READ, { file });
    expect(touch(201, ACCESS_READ)).toBe(FaultVerdict.Resolved);
    const at = space.peek(lowOf(201), 0);
    expect([system.store.bytes[at + 903], system.store.bytes[at + 904]]).toEqual([7, 0]);
    expect(touch(202, ACCESS_READ)).toBe(FaultVerdict.BeyondFile);
  });

  it('unused cached pages are given up before a process is killed', () => {
    map(space, 200, 2, PROT_READ, { file });
    touch(200, ACCESS_READ);
    space.unmap(200, 202);
    expect(system.pageCache.frameCount).toBe(1);
    map(space, 300, 4000, RW);
    for (let page = 300; touch(page, ACCESS_WRITE) === FaultVerdict.Resolved; page++);
    expect(system.pageCache.frameCount).toBe(0);
  });
});

describe('rights', () => {
  it.each([
    [PROT_READ, ACCESS_WRITE, FaultVerdict.Protection], [PROT_READ, ACCESS_FETCH, FaultVerdict.Protection], [0, ACCESS_READ, FaultVerdict.Protection],
    [PROT_EXEC, ACCESS_READ, FaultVerdict.Resolved], [PROT_WRITE, ACCESS_READ, FaultVerdict.Resolved],
  ])('prot %i, access %i: verdict %i', (prot, access, verdict) => {
    map(space, 100, 1, prot);
    expect(touch(100, access)).toBe(verdict);
  });

  it('mprotect to nothing and back keeps frame and content', () => {
    map(space, 100, 2, RW);
    touch(100, ACCESS_WRITE);
    const { pfn } = pte(100);
    space.protect(100, 101, 0);
    expect(touch(100, ACCESS_READ)).toBe(FaultVerdict.Protection);
    expect(space.vmas.all()).toHaveLength(2);
    space.protect(100, 101, RW);
    expect(pte(100)).toMatchObject({ pfn });
    expect(pte(100).low & PTE_RW).toBe(PTE_RW);
    expect(space.vmas.all()).toHaveLength(1);
  });

  it('mprotect of the zero page to writable copies on the write', () => {
    map(space, 100, 1, PROT_READ);
    touch(100, ACCESS_READ);
    space.protect(100, 101, RW);
    expect(pte(100).low & (PTE_RW | PTE_COW)).toBe(PTE_COW);
    expect(touch(100, ACCESS_WRITE)).toBe(FaultVerdict.Resolved);
    expect(pte(100).pfn).not.toBe(system.zeroPfn);
  });
});

describe('addresses', () => {
  it('unmapped, kernel half, not canonical', () => {
    expect(touch(5, ACCESS_READ)).toBe(FaultVerdict.NoMapping);
    expect(handler.handle(space, 0x1000, 0xffff8000, ACCESS_READ)).toBe(FaultVerdict.NoMapping);
    expect(handler.handle(space, 0x1000, 0x80000000, ACCESS_READ)).toBe(FaultVerdict.NotCanonical);
    expect(handler.handle(space, 0x1000, 0x00008000, ACCESS_READ)).toBe(FaultVerdict.NotCanonical);
  });
});

describe('the stack', () => {
  beforeEach(() => { map(space, STACK_LAST - 34, 34, RW, { kind: 'stack', name: '[stack]', growsDown: true }); });

  it('grows to the touched page, down to its limit and no further', () => {
    expect(touch(STACK_LAST - 100, ACCESS_WRITE)).toBe(FaultVerdict.Resolved);
    expect(handler.last.kind).toBe(FaultKind.StackGrowth);
    expect(space.vmas.find(STACK_LAST - 100)?.first).toBe(STACK_LAST - 100);
    expect(touch(STACK_LAST - LIMIT, ACCESS_WRITE)).toBe(FaultVerdict.Resolved);
    expect(touch(STACK_LAST - LIMIT - 1, ACCESS_WRITE)).toBe(FaultVerdict.StackOverflow);
    expect(touch(STACK_LAST - 200, ACCESS_READ)).toBe(FaultVerdict.Resolved);
  });

  it('keeps a gap of 256 pages to the area below', () => {
    map(space, STACK_LAST - 1000, 10, RW);
    expect(touch(STACK_LAST - 990 + STACK_GUARD_PAGES - 1, ACCESS_WRITE)).toBe(FaultVerdict.StackOverflow);
    expect(touch(STACK_LAST - 990 + STACK_GUARD_PAGES, ACCESS_WRITE)).toBe(FaultVerdict.Resolved);
  });
});

describe('the program break', () => {
  it('moves up and down, and stays where something is in the way', () => {
    space.brkStart = 0x100000n;
    space.brk = 0x100000n;
    expect(space.setBreak(0x103001n, 1)).toBe(0x103001n);
    expect(space.vmas.all().map((vma) => [vma.first, vma.last, vma.kind])).toEqual([[0x100, 0x104, 'heap']]);
    touch(0x103, ACCESS_WRITE);
    expect(space.setBreak(0x101000n, 1)).toBe(0x101000n);
    expect(space.residentPages).toBe(0);
    map(space, 0x110, 1, RW);
    expect(space.setBreak(0x111000n, 1)).toBe(0x101000n);
    expect(space.setBreak(0x1000n, 1)).toBe(0x101000n);
  });
});
