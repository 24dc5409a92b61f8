/** Random strings of mmap, access, fork, truncate, read, write, msync and drop: the machine and the naive model agree on kinds and bytes. */
import { describe, expect, it } from 'vitest';
import { ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { MemoryFile } from '../machine/file-system';
import { Store } from '../store/store';
import { AddressSpace } from './address-space';
import { FaultHandler, FaultKind, FaultVerdict } from './fault-handler';
import { readFile, resizeFile, writeFile } from './file-io';
import { forkSpace } from './fork';
import { entryPfn, PTE_A, PTE_D, PTE_P, PTE_RW } from './page-tables';
import { PagingSystem } from './paging-system';
import { NaiveFiles } from './testing/naive-files';
import type { NaiveFile, NaiveOutcome, NaiveSpace } from './testing/naive-files';
import { highOf, lowOf } from './units';
import { PROT_READ, PROT_WRITE } from './vma';

const NO_CACHES = { invalidatePage: () => undefined, invalidateAsid: () => undefined, invalidateAll: () => undefined, clearFast: () => undefined };
const PAGE = 4096;
/** Areas begin at multiples of this, so that none ever touches another and each is one area for good. */
const SLOT = 64;
const SLOTS = 12;
const MOST_SPACES = 5;

/** A small generator of its own: the same string for the same seed everywhere (xorshift32). */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 >>> 0 || 1;
  return (below) => {
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state % below;
  };
}

class World {
  readonly system = new PagingSystem(new Store(), 8192, 4, NO_CACHES);
  readonly handler = new FaultHandler(2048);
  readonly naive: NaiveFiles;
  readonly pairs: { readonly real: AddressSpace; readonly model: NaiveSpace }[] = [];
  readonly files: { readonly real: MemoryFile; readonly model: NaiveFile }[] = [];
  readonly kinds = new Map<NaiveOutcome, number>();
  private keys = 0;
  private mappings = 0;

  constructor(readAhead: number, faultAround: number) {
    this.naive = new NaiveFiles(readAhead, faultAround);
    this.system.pageCache.settings = { coldFiles: false, readAheadPages: readAhead, faultAroundPages: faultAround, device: 'nvme' };
    for (const path of ['/a', '/b', '/dev/shm/c']) this.files.push({ real: new MemoryFile(this.files.length + 1, path), model: this.naive.newFile(this.files.length + 1, path.startsWith('/dev/shm')) });
    const model: NaiveSpace = { areas: [], entries: new Map() };
    this.naive.spaces.push(model);
    this.pairs.push({ real: new AddressSpace(this.system, ++this.keys, () => ++this.mappings), model });
  }

  map(pair: World['pairs'][number], slot: number, pages: number, file: World['files'][number] | null, filePage: number, shared: boolean, writable: boolean): void {
    const first = slot * SLOT;
    if (pair.model.areas.some((area) => area.first === first)) return;
    pair.real.map({ first, last: first + pages, prot: PROT_READ | (writable ? PROT_WRITE : 0), kind: 'mmap', name: file?.real.path ?? '', file: file?.real ?? null, filePage, growsDown: false, shared: shared && file !== null }, 2);
    pair.model.areas.push({ first, pages, file: file?.model ?? null, filePage, shared: shared && file !== null, writable });
  }

  /** One access as the processor makes it: a fault when the entry does not allow it, then A and D. */
  access(pair: World['pairs'][number], vpn: number, write: boolean, at: number, value: number): void {
    const expected = this.naive.access(pair.model, vpn, write);
    this.kinds.set(expected, (this.kinds.get(expected) ?? 0) + 1);
    const { store } = this.system;
    let entry = pair.real.tables.entryAddress(vpn);
    const bits = entry === 0 ? 0 : store.read32(entry);
    const usable = (bits & PTE_P) !== 0 && (!write || (bits & PTE_RW) !== 0);
    let outcome: NaiveOutcome = null;
    if (!usable) {
      const verdict = this.handler.handle(pair.real, lowOf(vpn), highOf(vpn), write ? ACCESS_WRITE : ACCESS_READ);
      outcome = verdict === FaultVerdict.Resolved ? this.handler.last.kind : verdict === FaultVerdict.BeyondFile ? 'sigbus' : 'sigsegv';
    }
    expect(outcome, `page ${String(vpn)}, ${write ? 'write' : 'read'}`).toBe(expected);
    if (expected === 'sigbus' || expected === 'sigsegv') return;
    entry = pair.real.tables.entryAddress(vpn);
    store.write32(entry, (store.read32(entry) | PTE_A | (write ? PTE_D : 0)) >>> 0);
    if (write) {
      store.bytes[this.address(pair.real, vpn) + at] = value;
      this.naive.bytesOf(pair.model, vpn)![at] = value;
    }
    this.comparePage(pair, vpn);
  }

  private address(space: AddressSpace, vpn: number): number {
    const entry = space.tables.entryAddress(vpn);
    const { store, frames } = this.system;
    return frames.slot(entryPfn(store.read32(entry), store.read32(entry + 4)));
  }

  private comparePage(pair: World['pairs'][number], vpn: number): void {
    const at = this.address(pair.real, vpn);
    const bytes = this.naive.bytesOf(pair.model, vpn);
    expect(bytes, `page ${String(vpn)} is mapped`).toBeDefined();
    expect(Buffer.compare(this.system.store.bytes.subarray(at, at + PAGE), bytes!), `bytes of page ${String(vpn)}`).toBe(0);
  }

  compareAll(): void {
    for (const pair of this.pairs) {
      const mapped: number[] = [];
      pair.real.tables.forEach(0, pair.real.userEnd, (vpn) => mapped.push(vpn));
      expect(mapped).toEqual([...pair.model.entries.keys()].sort((a, b) => a - b));
      for (const vpn of mapped) this.comparePage(pair, vpn);
    }
    for (const { real, model } of this.files) {
      const cached = this.system.pageCache.of(real);
      expect(real.size()).toBe(model.size);
      expect([...cached.pages.keys()].sort((a, b) => a - b)).toEqual([...model.cache.keys()].sort((a, b) => a - b));
      expect([...cached.dirty.keys()].sort((a, b) => a - b)).toEqual([...model.dirty].sort((a, b) => a - b));
      expect(this.system.pageCache.check()).toEqual([]);
    }
  }

  fork(pair: World['pairs'][number]): void {
    const real = forkSpace(pair.real, ++this.keys, () => ++this.mappings, () => undefined);
    if (real === null) throw new Error('no frames for a fork');
    this.pairs.push({ real, model: this.naive.fork(pair.model) });
  }
}

function step(world: World, next: (below: number) => number): void {
  const pair = world.pairs[next(world.pairs.length)]!;
  const file = world.files[next(world.files.length)]!;
  const area = pair.model.areas[next(Math.max(1, pair.model.areas.length))];
  const { system, naive } = world;
  const action = next(100);
  if (action < 60 && area !== undefined) {
    world.access(pair, area.first + next(area.pages + 1), next(2) === 0, next(PAGE), next(256));
  } else if (action < 68) {
    world.map(pair, 1 + next(SLOTS), 1 + next(24), next(4) === 0 ? null : file, next(6), next(2) === 0, next(5) > 0);
  } else if (action < 71 && area !== undefined) {
    pair.real.unmap(area.first, area.first + area.pages);
    naive.unmap(pair.model, area);
  } else if (action < 74 && area !== undefined) {
    const writable = next(2) === 0;
    pair.real.protect(area.first, area.first + area.pages, PROT_READ | (writable ? PROT_WRITE : 0));
    naive.protect(pair.model, area, writable);
  } else if (action < 77) {
    if (world.pairs.length < MOST_SPACES) world.fork(pair);
    else {
      const gone = world.pairs.splice(1 + next(world.pairs.length - 1), 1)[0]!;
      gone.real.destroy();
      naive.exit(gone.model);
    }
  } else if (action < 81) {
    const size = next(3) === 0 ? next(24 * PAGE) : next(25) * PAGE;
    resizeFile(system, file.real, size);
    naive.truncate(file.model, size);
  } else if (action < 88) {
    const bytes = Uint8Array.from({ length: 1 + next(3 * PAGE) }, () => next(256));
    const offset = next(22 * PAGE);
    expect(writeFile(system, file.real, offset, bytes).written).toBe(bytes.length);
    naive.write(file.model, offset, bytes);
  } else if (action < 92) {
    const [offset, length] = [next(24 * PAGE), next(2 * PAGE)];
    expect(Buffer.compare(readFile(system, file.real, offset, length).bytes, naive.read(file.model, offset, length))).toBe(0);
  } else if (action < 96) {
    system.writeBack.write(system.pageCache.of(file.real), 0, Infinity, 'sync');
    naive.synchronise(file.model);
  } else {
    for (const pfn of [...system.pageCache.of(file.real).pages.values()]) {
      if (system.frames.references(pfn) === 1 && !system.pageCache.isDirty(pfn)) system.pageCache.drop(pfn);
    }
    if (!file.model.inMemory) naive.dropClean(file.model);
  }
}

describe.each([[1, 1], [8, 16]])('readahead %i, fault-around %i', (readAhead, faultAround) => {
  it.each([[11], [12], [13]])('agree on kinds and contents (seed %i)', (seed) => {
    const world = new World(readAhead, faultAround);
    const next = random(seed);
    for (let i = 0; i < 4000; i++) {
      step(world, next);
      if (i % 250 === 0) world.compareAll();
    }
    world.compareAll();
    const expected = [FaultKind.DemandZero, FaultKind.ZeroPage, FaultKind.File, FaultKind.CopyOnWrite, FaultKind.FileRead, FaultKind.SharedMemory, FaultKind.WriteNotify, 'sigbus', 'sigsegv'] as const;
    for (const kind of expected) expect(world.kinds.get(kind) ?? 0, `kind ${String(kind)}`).toBeGreaterThan(2);
    for (const { real } of world.pairs) real.destroy();
    expect(world.system.buddy.check()).toEqual([]);
  });
});
