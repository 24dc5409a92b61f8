import { beforeEach, describe, expect, it } from 'vitest';
import { CYCLES_PER_SECOND } from '../../shared/config';
import { ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { MemoryFile } from '../machine/file-system';
import { Store } from '../store/store';
import { AddressSpace } from './address-space';
import { constantFile } from './cached-file';
import type { FileObject } from './cached-file';
import { transferCycles } from './device-timing';
import { FaultHandler, FaultKind } from './fault-handler';
import { readFile, resizeFile, writeFile } from './file-io';
import { PagingSystem } from './paging-system';
import { highOf, lowOf } from './units';
import { PROT_READ, PROT_WRITE } from './vma';

const NO_CACHES = { invalidatePage: () => undefined, invalidateAsid: () => undefined, invalidateAll: () => undefined, clearFast: () => undefined };
const PAGE = 4096;
const SECOND = CYCLES_PER_SECOND;
let system: PagingSystem;
let space: AddressSpace;
let handler: FaultHandler;
let now = 0;

beforeEach(() => {
  system = new PagingSystem(new Store(), 4096, 4, NO_CACHES);
  let mappings = 0;
  space = new AddressSpace(system, 1, () => ++mappings);
  handler = new FaultHandler(2048);
  now = 0;
  system.pageCache.now = () => now;
});
function settings(more: Partial<PagingSystem['pageCache']['settings']>): void {
  system.pageCache.settings = { coldFiles: true, readAheadPages: 1, faultAroundPages: 1, device: 'nvme', ...more };
}
function map(first: number, pages: number, file: FileObject, shared = false, prot = PROT_READ): void {
  space.map({ first, last: first + pages, prot, kind: 'mmap', name: file.path, file, filePage: 0, growsDown: false, shared }, 2);
}
function fault(vpn: number, access = ACCESS_READ): readonly [FaultKind, number] {
  handler.handle(space, lowOf(vpn), highOf(vpn), access);
  return [handler.last.kind, handler.last.waitCycles];
}
/** Pages of [first, first + count) whose first touch is a fault. */
function faultsOf(first: number, count: number): readonly number[] {
  const faults: number[] = [];
  for (let vpn = first; vpn < first + count; vpn++) {
    if (space.tables.frameOf(vpn) >= 0) continue;
    faults.push(vpn - first);
    fault(vpn);
  }
  return faults;
}
/** Pages whose `obtain` waits, and how many each read brought. */
function misses(file: FileObject, pages: readonly number[], advice: 'normal' | 'random' | 'sequential' = 'normal'): readonly (readonly [page: number, read: number])[] {
  return pages.flatMap((page) => {
    system.pageCache.obtain(file, page, advice);
    return system.pageCache.waitCycles > 0 ? [[page, system.pageCache.pagesRead] as const] : [];
  });
}
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const image = (pages: number): FileObject => constantFile(9, '/bin/x', new Uint8Array(pages * PAGE).fill(5));

describe('the device', () => {
  it.each([['hdd', 1, 15_000_000], ['sata-ssd', 1, 3_000_000], ['nvme', 1, 300_000], ['nvme', 32, 300_000 + 31 * 4096], ['hdd', 2, 15_000_000 + 81_920]] as const)('%s, %i pages: %i cycles', (model, pages, cycles) => {
    expect(transferCycles(model, pages)).toBe(cycles);
  });

  it('a cold page is a major fault that waits, the next touch of it is a minor one', () => {
    settings({ device: 'hdd' });
    const file = image(4);
    map(100, 4, file);
    map(200, 4, file);
    expect(fault(101)).toEqual([FaultKind.FileRead, 15_000_000]);
    expect(fault(201)).toEqual([FaultKind.File, 0]);
  });

  it('images count as cached by default, until a page was dropped', () => {
    settings({ coldFiles: false });
    const file = image(4);
    map(100, 4, file);
    expect(fault(100)).toEqual([FaultKind.File, 0]);
    space.unmap(100, 104);
    system.pageCache.drop(system.pageCache.find(file, 0));
    map(100, 4, file);
    expect(fault(100)).toEqual([FaultKind.FileRead, 300_000]);
  });
});

describe('readahead', () => {
  it('a sequential reader misses ever more rarely: windows of 4, 8, 16, 16', () => {
    settings({ readAheadPages: 16 });
    expect(misses(image(60), upTo(60))).toEqual([[0, 4], [4, 8], [12, 16], [28, 16], [44, 16]]);
  });
  it('a random reader reads single pages; two in a row begin a window', () => {
    settings({ readAheadPages: 16 });
    expect(misses(image(60), [30, 7, 50, 51, 55, 56])).toEqual([[30, 1], [7, 1], [50, 1], [51, 4], [55, 5]]);
  });
  it('advice: sequential takes all at once, random nothing beyond the page', () => {
    settings({ readAheadPages: 16 });
    expect(misses(image(60), upTo(20), 'sequential')).toEqual([[0, 16], [16, 16]]);
    expect(misses(constantFile(10, '/y', new Uint8Array(60 * PAGE)), upTo(3), 'random')).toEqual([[0, 1], [1, 1], [2, 1]]);
  });
  it('costs one request and the time of its bytes', () => {
    settings({ readAheadPages: 8 });
    system.pageCache.obtain(image(60), 0);
    expect(system.pageCache.waitCycles).toBe(300_000 + 3 * 4096);
  });
});

describe('fault-around', () => {
  it('maps the cached neighbours of the aligned window of 16', () => {
    settings({ coldFiles: false, faultAroundPages: 16 });
    map(160, 40, image(40));
    expect(faultsOf(160, 40)).toEqual([0, 16, 32]);
    expect(space.residentPages).toBe(40);
  });
  it('does not wait for pages that are not in RAM', () => {
    settings({ faultAroundPages: 16 });
    map(160, 20, image(20));
    expect(faultsOf(160, 4)).toEqual([0, 1, 2, 3]);
  });
});

describe('write-back', () => {
  const written: (readonly [number, number, string])[] = [];
  let file: MemoryFile;
  beforeEach(() => {
    written.length = 0;
    settings({});
    file = new MemoryFile(3, '/f');
    system.writeBack.written = (_file, first, count, reason) => { written.push([first, count, reason]); };
  });

  it('the flusher wakes every 5 s and writes what has been dirty for 30 s, neighbours together', () => {
    writeFile(system, file, 0, new Uint8Array(3 * PAGE).fill(1));
    now = 3 * SECOND;
    writeFile(system, file, 9 * PAGE, new Uint8Array(PAGE).fill(2));
    for (const [seconds, dirty] of [[29, 4], [31, 1], [34, 1], [36, 0]] as const) {
      now = seconds * SECOND;
      system.writeBack.tick();
      expect(system.pageCache.dirtyCount, `${String(seconds)} s`).toBe(dirty);
    }
    expect(written).toEqual([[0, 3, 'flusher'], [9, 1, 'flusher']]);
    expect(file.read(9 * PAGE, 1)[0]).toBe(2);
  });

  it('above a tenth of RAM the oldest go at once, down to half of that', () => {
    writeFile(system, file, 0, new Uint8Array(500 * PAGE));
    expect(system.pageCache.dirtyCount).toBeLessThanOrEqual(205);
    expect(system.pageCache.dirtyCount).toBeGreaterThan(190);
    expect(system.pageCache.check()).toEqual([]);
  });

  it('waits for one request per run of neighbours, and the next write is noticed again', () => {
    resizeFile(system, file, 10 * PAGE);
    map(300, 10, file, true, PROT_READ | PROT_WRITE);
    for (const page of [1, 2, 3, 7]) expect(fault(300 + page, ACCESS_WRITE)[0]).toBe(FaultKind.File);
    expect(system.writeBack.write(system.pageCache.of(file), 0, 10, 'sync')).toBe(transferCycles('nvme', 3) + transferCycles('nvme', 1));
    expect(system.pageCache.dirtyCount).toBe(0);
    expect(fault(302, ACCESS_WRITE)).toEqual([FaultKind.WriteNotify, 0]);
    expect(system.pageCache.dirtyCount).toBe(1);
    expect(system.writeBack.write(system.pageCache.of(file), 3, 10, 'sync')).toBe(0);
  });

  it('what was written back and dropped is read again, and is the same', () => {
    writeFile(system, file, 5, new Uint8Array([1, 2, 3]));
    system.writeBack.write(system.pageCache.of(file), 0, Infinity, 'sync');
    system.pageCache.drop(system.pageCache.find(file, 0));
    const { bytes, cycles } = readFile(system, file, 4, 10);
    expect([[...bytes], cycles]).toEqual([[0, 1, 2, 3], 300_000]);
  });

  it('a dirty page is never dropped', () => {
    writeFile(system, file, 0, new Uint8Array([1]));
    expect(() => { system.pageCache.drop(system.pageCache.find(file, 0)); }).toThrow('I4');
    expect(system.pageCache.shrink()).toBe(0);
  });
});
