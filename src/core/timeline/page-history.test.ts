/** Checkpoints beside a naive model that copies every used page each time. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelExports, KernelHost } from '../kernel-interface';
import { instantiateKernel } from '../kernel/instantiate';
import * as layout from '../kernel/memory-layout';
import { kernelModule } from '../kernel/test-bench';
import { PAGE_BYTES, Store } from '../store/store';
import type { StoreRange } from '../store/store';
import { PageHistory } from './page-history';
import { usedChunks } from './used-pages';

function never(): never {
  throw new Error('hashing makes no call out');
}
const HOST: KernelHost = {
  pageFault: never, frameSlot: never, shadowPage: never, invalidAccess: never, badJump: never, stackSmashed: never, arithmeticTrap: never,
  intrinsic: never, registerStackFull: never, watch: never, heapGrow: never,
};

let module: WebAssembly.Module;
let store: Store;
let kernel: KernelExports;
beforeAll(async () => {
  module = await kernelModule();
});

function fresh(): void {
  store = new Store();
  kernel = instantiateKernel(module, store.memory, HOST);
}

/** A generator of numbers below a bound. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

describe('page hash', () => {
  const PAGES = 6;
  function hashes(pages: number): bigint[] {
    kernel.hashPages(layout.POOL, pages, layout.PAGE_HASHES);
    return Array.from({ length: pages }, (_, i) => store.read64(layout.PAGE_HASHES + 8 * i));
  }

  it('is 0 for zeros, equal for equal pages, wherever they lie', () => {
    fresh();
    const next = chance(3);
    for (let at = 0; at < PAGE_BYTES; at++) {
      const byte = next(256);
      store.bytes[layout.POOL + PAGE_BYTES + at] = byte;
      store.bytes[layout.POOL + 4 * PAGE_BYTES + at] = byte;
    }
    const found = hashes(PAGES);
    expect([0, 2, 3, 5].map((page) => found[page])).toEqual([0n, 0n, 0n, 0n]);
    expect(found[1]).not.toBe(0n);
    expect(found[4]).toBe(found[1]);
  });

  it('differs after each change of one bit, and after each exchange of two words', () => {
    fresh();
    const seen = new Set<bigint>(hashes(1));
    let changes = 1;
    for (let bit = 0; bit < PAGE_BYTES * 8; bit++) {
      const at = layout.POOL + (bit >> 3);
      store.bytes[at] = 1 << (bit & 7);
      for (const hash of hashes(1)) seen.add(hash);
      store.bytes[at] = 0;
      changes++;
    }
    // A page of small numbers, two of them exchanged: the sum over the page stays.
    const words = store.words.subarray(layout.POOL / 4, layout.POOL / 4 + 1024);
    words.forEach((_, i) => { words[i] = i; });
    const next = chance(17);
    for (let i = 0; i < 20_000; i++) {
      const a = next(1024);
      const b = (a + 1 + next(1023)) % 1024;
      [words[a], words[b]] = [words[b] as number, words[a] as number];
      for (const hash of hashes(1)) seen.add(hash);
      changes++;
    }
    expect(seen.size).toBe(changes);
  });

  it('differs after flips of the same or of neighbouring bits in two words of a column', () => {
    fresh();
    const words = store.words.subarray(layout.POOL / 4, layout.POOL / 4 + 1024);
    const seen = new Set<bigint>();
    let changes = 0;
    for (let row = 1; row < 128; row++) {
      for (const [first, second] of [[31, 31], [31, 2], [2, 31], [0, 0], [31, 30]] as const) {
        words[1] = 2 ** first;
        words[1 + 8 * row] = 2 ** second;
        for (const hash of hashes(1)) seen.add(hash);
        changes++;
        words[1 + 8 * row] = 0;
      }
    }
    expect(seen.size).toBe(changes);
  });
});

describe('used chunks', () => {
  const MIB = 1 << 20;
  function check(ranges: readonly (readonly [number, number])[], pages: number, expected: Readonly<Record<number, readonly (readonly [number, number])[]>>): void {
    const found = usedChunks(ranges.map(([from, to]) => ({ from, to })));
    expect(Object.fromEntries(found.chunks.map(({ index, spans }) => [index, spans.map(({ first, last }) => [first, last])]))).toEqual(expected);
    expect(found.pages).toBe(pages);
    expect(found.chunks.map(({ index }) => index)).toEqual([...found.chunks.map(({ index }) => index)].sort((a, b) => a - b));
  }

  it('rounds to pages, merges, and cuts at chunks', () => {
    check([], 0, {});
    check([[0x1000, 0x1000]], 0, {});
    check([[0x1ffc, 0x2004]], 2, { 0: [[1, 3]] });
    check([[0x5000, 0x6000], [0x1000, 0x2001], [0x2800, 0x2900]], 3, { 0: [[1, 3], [5, 6]] });
    check([[0x1000, 0x8000], [0x2000, 0x3000]], 7, { 0: [[1, 8]] });
    check([[MIB - 0x1000, 3 * MIB + 1]], 514, { 0: [[255, 256]], 1: [[0, 256]], 2: [[0, 256]], 3: [[0, 1]] });
    check([[0xffefe000, 0xffff0000]], 242, { 4094: [[254, 256]], 4095: [[0, 240]] });
  });
});

/** The store of a small machine, with what a machine would put back of its TypeScript state: the high water. */
class Model {
  readonly history: PageHistory;
  /** Chosen for its chunks: one of the state block and two pool chunks, the last of them in part. */
  poolEnd = layout.POOL;
  private readonly copies = new Map<number, { readonly poolEnd: number; readonly content: Uint8Array }>();

  constructor() {
    fresh();
    this.history = new PageHistory(store, kernel, () => this.ranges());
  }

  ranges(poolEnd = this.poolEnd): readonly StoreRange[] {
    return [{ from: layout.ST_PC, to: 0x9000 }, { from: layout.POOL / 8, to: poolEnd / 8 }, { from: layout.POOL, to: poolEnd }];
  }

  ids(): readonly number[] {
    return [...this.copies.keys()];
  }

  take(): void {
    const id = this.history.take();
    this.copies.set(id, { poolEnd: this.poolEnd, content: this.content() });
  }

  restore(id: number): void {
    const before = this.poolEnd;
    this.history.restore(id);
    const copy = this.copies.get(id) as { readonly poolEnd: number; readonly content: Uint8Array };
    this.poolEnd = copy.poolEnd;
    expect(Buffer.compare(this.content(), copy.content)).toBe(0);
    const beyond = store.bytes.subarray(this.poolEnd, Math.max(before, this.poolEnd));
    expect(beyond.every((byte) => byte === 0)).toBe(true);
    const bits = store.bytes.subarray(Math.ceil(this.poolEnd / 8 / PAGE_BYTES) * PAGE_BYTES, Math.max(before, this.poolEnd) / 8);
    expect(bits.every((byte) => byte === 0)).toBe(true);
  }

  drop(id: number): void {
    this.history.drop(id);
    this.copies.delete(id);
  }

  private content(): Uint8Array {
    const parts = this.ranges().map(({ from, to }) => store.bytes.subarray(from, to));
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Random writes to what is in use, page contents that repeat, zeros among them. */
function writeSome(model: Model, next: (below: number) => number): void {
  for (let i = next(12); i > 0; i--) {
    const ranges = model.ranges().filter(({ from, to }) => to > from);
    const { from, to } = ranges[next(ranges.length)] as StoreRange;
    const page = Math.min(from + next(Math.ceil((to - from) / PAGE_BYTES)) * PAGE_BYTES, to - 1);
    const end = Math.min(page + PAGE_BYTES, to);
    switch (next(4)) {
      case 0: store.bytes.fill(0, page, end); break;
      case 1: store.bytes.fill(1 + next(3), page, end); break;
      default: store.bytes[page + next(end - page)] = next(256);
    }
  }
}

describe('page history', () => {
  it.each([1, 2, 3, 4])('does as a model that copies everything, seed %i', (seed) => {
    const model = new Model();
    const next = chance(seed);
    for (let step = 0; step < 600; step++) {
      if (next(3) === 0) model.poolEnd = Math.min(model.poolEnd + next(40) * PAGE_BYTES, layout.POOL + 400 * PAGE_BYTES);
      writeSome(model, next);
      const ids = model.ids();
      const any = ids[next(ids.length)];
      switch (next(6)) {
        case 0: case 1: if (ids.length < 40) model.take(); break;
        case 2: case 3: if (any !== undefined) model.restore(any); break;
        case 4: if (any !== undefined) model.drop(any); break;
        default: // The future of another past is dropped.
          if (any === undefined) break;
          model.restore(any);
          for (const id of ids) if (id > any) model.drop(id);
      }
      if (model.ids().length === 0) expect(model.history.usedBytes).toBe(0);
    }
    for (const id of model.ids()) model.restore(id);
    for (const id of [...model.ids()].reverse()) model.drop(id);
    expect(model.history.usedBytes).toBe(0);
    expect(model.history.heldBytes).toBe(0);
  });

  it('goes forth to chunks that are not in use any more, below, between and above those that are', () => {
    fresh();
    const MIB = 1 << 20;
    const base = layout.POOL;
    let ranges: readonly StoreRange[] = [{ from: base + 2 * MIB, to: base + 3 * MIB }, { from: base + 6 * MIB, to: base + 7 * MIB }];
    const few = ranges;
    const history = new PageHistory(store, kernel, () => ranges);
    store.bytes[base + 2 * MIB] = 1;
    const early = history.take();
    const all = [{ from: base, to: base + 9 * MIB }];
    ranges = all;
    for (let chunk = 0; chunk < 9; chunk++) store.bytes[base + chunk * MIB + chunk * PAGE_BYTES] = chunk + 10;
    const late = history.take();
    const content = store.bytes.slice(base, base + 9 * MIB);
    history.restore(early);
    ranges = few;
    expect(store.bytes.subarray(base, base + 9 * MIB).reduce((sum, byte) => sum + byte, 0)).toBe(1);
    history.restore(late);
    expect(Buffer.compare(store.bytes.subarray(base, base + 9 * MIB), content)).toBe(0);
  });

  it('keeps a page once, however many checkpoints and neighbours show it, and zeros not at all', () => {
    fresh();
    const at = store.pool.allocateRun(600);
    const history = new PageHistory(store, kernel, () => [{ from: layout.POOL, to: store.pool.highWater }]);
    const zeros = history.take();
    expect(history.usedBytes).toBe(0);
    store.bytes.fill(0x55, at + 10 * PAGE_BYTES, at + 200 * PAGE_BYTES);
    store.bytes[at + 500 * PAGE_BYTES] = 1;
    const first = history.take();
    const used = history.usedBytes;
    expect(used).toBeGreaterThan(2 * PAGE_BYTES);
    expect(used).toBeLessThan(4 * PAGE_BYTES);
    const more = Array.from({ length: 500 }, () => history.take());
    expect(history.usedBytes - used).toBe(500 * 2 * 8);
    for (const id of more) history.drop(id);
    expect(history.usedBytes).toBe(used);
    history.drop(first);
    expect(history.usedBytes).toBe(0);
    history.restore(zeros);
    expect(store.bytes.subarray(at, at + 600 * PAGE_BYTES).every((byte) => byte === 0)).toBe(true);
  });

  it('fills the places of dropped checkpoints before it takes new slabs', () => {
    fresh();
    const at = store.pool.allocateRun(2000);
    const history = new PageHistory(store, kernel, () => [{ from: layout.POOL, to: store.pool.highWater }]);
    const ids: number[] = [];
    let most = 0;
    for (let round = 0; round < 12; round++) {
      for (let page = 0; page < 2000; page++) store.words[(at + page * PAGE_BYTES) / 4] = round * 2000 + page + 1;
      ids.push(history.take());
      if (ids.length > 2) history.drop(ids.shift() as number);
      most = Math.max(most, history.heldBytes);
    }
    expect(most).toBeLessThan(7 * 1024 * PAGE_BYTES);
    for (const id of ids) history.drop(id);
    expect(history.heldBytes).toBe(0);
  });

  it('refuses checkpoints that it does not have, and a store whose pool was put back first', () => {
    fresh();
    let end = layout.POOL + 8 * PAGE_BYTES;
    const history = new PageHistory(store, kernel, () => [{ from: layout.POOL, to: end }]);
    const id = history.take();
    expect(history.has(id)).toBe(true);
    expect(() => { history.restore(id + 1); }).toThrow('no checkpoint');
    end = layout.POOL;
    expect(() => { history.restore(id); }).toThrow('before the store');
    end = layout.POOL + 8 * PAGE_BYTES;
    history.drop(id);
    expect(history.has(id)).toBe(false);
    expect(() => { history.drop(id); }).toThrow('no checkpoint');
  });
});
