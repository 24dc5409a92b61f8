import { beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { ins } from './assemble';
import * as layout from './memory-layout';
import { NaiveMmu } from './naive-mmu';
import type { NaiveCounts } from './naive-mmu';
import { Op } from './ops';
import { Bench, DATA_VA, STACK_TOP, TEXT_VA, kernelModule, randomSource, split } from './test-bench';
import type { BenchOptions } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

function counts(bench: Bench): NaiveCounts {
  const c = (at: number): number => bench.count(at);
  return {
    access: c(layout.CNT_ACCESS), fetch: c(layout.CNT_FETCH), l1dMiss: c(layout.CNT_L1D_MISS), l1iMiss: c(layout.CNT_L1I_MISS),
    l2Hit: c(layout.CNT_L2_HIT), l2Miss: c(layout.CNT_L2_MISS), walk: c(layout.CNT_WALK), walkReads: c(layout.CNT_WALK_READS), pscHit: c(layout.CNT_PSC_HIT),
  };
}
function naive(bench: Bench, options: BenchOptions): NaiveMmu {
  const entry = (va: bigint, level: number): bigint => {
    let table = bench.get(layout.ST_CR3);
    for (let l = bench.levels; ; l--) {
      const e = bench.view.getBigUint64(bench.slot(table) + Number((va >> BigInt(l * 9 + 3)) & 511n) * 8, true);
      if (l === level || !(e & 1n)) return l === level ? e : 0n;
      table = Number(e >> 12n) & 0xffffff;
    }
  };
  return new NaiveMmu({ l1d: options.l1d ?? [16, 4], l1i: options.l1i ?? [16, 4], l2: options.l2 ?? [128, 12] }, bench.levels, entry);
}

/** Random accesses, clustered as programs' are: stay, step to a neighbour, or jump. */
function* accessString(random: () => bigint, pages: bigint[], length: number): Generator<[bigint, number, boolean]> {
  let page = pages[0] as bigint;
  for (let k = 0; k < length; k++) {
    const dice = random() % 16n;
    if (dice === 0n) page = pages[Number(random() % BigInt(pages.length))] as bigint;
    else if (dice < 4n) page = pages[Math.min(pages.length - 1, pages.indexOf(page) + 1)] as bigint;
    const size = 1 << Number(random() % 4n);
    const offset = random() % 4096n;
    yield [page + (dice === 5n ? offset : offset & ~BigInt(size - 1)), size, random() % 3n === 0n];
  }
}

const LOADS = [Op.LD8, Op.LD16, Op.LD32, Op.LD64];
const STORES = [Op.ST8, Op.ST16, Op.ST32, Op.ST64];
/** Runs one load or store per element through the interpreter. */
function loadStoreFunctions(bench: Bench): void {
  bench.load([...LOADS.map((op) => ({ code: [ins(op, { a: 3, b: 4 }), ins(Op.RETI)] })), ...STORES.map((op) => ({ code: [ins(op, { a: 5, b: 4 }), ins(Op.RETI)] }))]);
}
function access(bench: Bench, va: bigint, size: number, write: boolean): number {
  bench.start(Math.log2(size) + (write ? 4 : 0));
  bench.setRegister(4, va);
  return bench.kernel.run(10);
}

const configurations: [string, BenchOptions][] = [
  ['the default geometry', {}],
  ['small and checked', { l1d: [2, 2], l2: [4, 3], check: true }],
  ['direct-mapped', { l1d: [8, 1], l2: [16, 1] }],
  ['fully associative', { l1d: [1, 5], l2: [1, 17] }],
  ['5 levels', { levels: 5, l1d: [4, 2], l2: [8, 2] }],
  ['large sets', { l1d: [128, 4], l2: [512, 12] }],
];

describe('statistics of data accesses equal the naive model', () => {
  for (const [name, options] of configurations) {
    it(name, () => {
      const bench = new Bench(module, options);
      const model = naive(bench, options);
      loadStoreFunctions(bench);
      bench.map(TEXT_VA);
      model.fetch(TEXT_VA);
      const random = randomSource(BigInt(name.length));
      const pages: bigint[] = [];
      for (let k = 0n; k < 90n; k++) pages.push(DATA_VA + (k % 30n) * 4096n + (k / 30n) * (1n << (22n + 9n * (k / 30n))));
      pages.push(pages.at(-1) as bigint + 4096n);
      for (const page of pages) { bench.map(page); bench.map(page + 4096n); bench.shade(page, 8192, 2); }
      for (const [va, size, write] of accessString(random, pages, 6000)) {
        expect(access(bench, va, size, write)).toBe(layout.Leave.Done);
        expect(model.access(va, size, write)).toBe(true);
        if (random() % 400n === 0n) {
          bench.kernel.invalidatePage(...split(va));
          model.invalidatePage(va);
        }
      }
      expect(counts(bench)).toEqual(model.counts);
      expect(bench.log).toEqual([]);
    });
  }

  it.each([4, 5] as const)('pages of 2 MiB and 1 GiB beside small ones, %i levels', (levels) => {
    const options: BenchOptions = { l1d: [4, 2], l2: [8, 2], levels };
    const bench = new Bench(module, options);
    const model = naive(bench, options);
    loadStoreFunctions(bench);
    bench.map(TEXT_VA);
    model.fetch(TEXT_VA);
    bench.allows = () => false;
    const huge = DATA_VA + (1n << 30n);
    const small = [...Array(12).keys()].map((k) => DATA_VA + BigInt(k) * 4096n);
    for (const page of small) bench.map(page);
    bench.map((small.at(-1) as bigint) + 4096n);
    // Pieces of huge pages get their slots when they are touched.
    const put = (va: bigint, level: number, pfn: number): bigint[] => {
      bench.view.setBigUint64(bench.entry(va, level), (BigInt(pfn) << 12n) | 0x87n, true);
      return [...Array(10).keys()].map((k) => va + BigInt(k) * 4096n);
    };
    const pages = [...small, ...put(huge, 2, 0x400).slice(0, 9), ...put(huge + (1n << 21n), 2, 0x600).slice(0, 9), ...put(huge + (1n << 30n), 3, 0x40000).slice(0, 9)];
    const random = randomSource(5n);
    for (const [va, size, write] of accessString(random, pages, 6000)) {
      expect(access(bench, va, size, write)).toBe(layout.Leave.Done);
      expect(model.access(va, size, write)).toBe(true);
      if (random() % 300n === 0n) { bench.kernel.invalidatePage(...split(va)); model.invalidatePage(va); }
    }
    expect(counts(bench)).toEqual(model.counts);
    expect(bench.log).toEqual([]);
  });

  it.each([0, 100])('through translate, two address spaces; a new kernel after every %i accesses goes on as the old one', (replaceAfter) => {
    const options: BenchOptions = { l1d: [4, 2], l1i: [2, 2], l2: [8, 3] };
    const bench = new Bench(module, options);
    const model = naive(bench, options);
    const pages = [...Array(40).keys()].map((k) => DATA_VA + BigInt(k) * 4096n);
    for (const page of pages) bench.map(page);
    const random = randomSource(9n);
    for (let k = 0; k < 8000; k++) {
      const va = pages[Number(random() % 40n)] as bigint;
      if (random() % 200n === 0n) {
        model.asid = 3 - model.asid;
        bench.put(layout.ST_ASID, model.asid);
        bench.kernel.clearFast();
      }
      if (replaceAfter > 0 && k % replaceAfter === 0) bench.replaceKernel();
      const kind = Number(random() % 3n);
      expect(bench.kernel.translate(...split(va), [ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH][kind] as number)).not.toBe(0);
      if (kind === 2) model.fetch(va);
      else model.access(va, 1, kind === 1);
    }
    expect(counts(bench)).toEqual(model.counts);
  });
});

describe('fetches', () => {
  it('control transfers into other code pages go through the iTLB', () => {
    const options: BenchOptions = { l1i: [2, 2], l2: [4, 2] };
    const bench = new Bench(module, options);
    const model = naive(bench, options);
    // Function 0 calls functions 1 … 7, each in a page of its own, in an order given by a loop over registers.
    const order = [1, 2, 1, 3, 4, 5, 1, 2, 6, 7, 7, 1, 3, 3, 2];
    bench.load([{ code: [...order.map((id) => ins(Op.CALL, { a: 0xffff, c: 16, w2: id })), ins(Op.RETI)] }]);
    for (let k = 1; k < 8; k++) { bench.loadAt(1024 * k); bench.load([{ code: [ins(Op.RETI)] }]); }
    for (let k = 0n; k < 8n; k++) bench.map(TEXT_VA + k * 4096n);
    for (let round = 0; round < 3; round++) {
      bench.start();
      expect(bench.kernel.run(1000)).toBe(layout.Leave.Done);
      if (round === 0) model.fetch(TEXT_VA);
      // Data accesses of the calls share the L2: both links lie in one page.
      for (const id of order) {
        model.access(STACK_TOP - 128n, 8, true);
        model.access(STACK_TOP - 128n, 8, true);
        model.fetch(TEXT_VA + BigInt(id) * 4096n);
        model.access(STACK_TOP - 128n, 8, false);
        model.access(STACK_TOP - 128n, 8, false);
        model.fetch(TEXT_VA);
      }
    }
    expect(counts(bench)).toEqual(model.counts);
  });
});

describe('page-table entries', () => {
  it('A is set by the walk at every level, D by the first write', () => {
    const bench = new Bench(module);
    bench.map(DATA_VA);
    const bits = (level: number): bigint => bench.view.getBigUint64(bench.entry(DATA_VA, level), true) & 0x60n;
    bench.kernel.translate(...split(DATA_VA), ACCESS_READ);
    expect([bits(4), bits(3), bits(2), bits(1)]).toEqual([0x20n, 0x20n, 0x20n, 0x20n]);
    bench.kernel.translate(...split(DATA_VA), ACCESS_WRITE);
    expect(bits(1)).toBe(0x60n);
  });
  it('rights: writes, fetches, user, canonical addresses', () => {
    const bench = new Bench(module);
    bench.allows = () => false;
    const noExecute = 1n << 63n;
    bench.map(DATA_VA, 5n);
    bench.map(DATA_VA + 4096n, 7n | noExecute);
    bench.map(DATA_VA + 8192n, 3n);
    const outcome = (va: bigint, kind: number): boolean => bench.kernel.translate(...split(va), kind) !== 0;
    expect([ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH].map((kind) => outcome(DATA_VA, kind))).toEqual([true, false, true]);
    expect([ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH].map((kind) => outcome(DATA_VA + 4096n, kind))).toEqual([true, true, false]);
    expect(outcome(DATA_VA + 8192n, ACCESS_READ)).toBe(false);
    expect(outcome(0x800000000000n, ACCESS_READ)).toBe(false);
    expect(outcome(0xdeadbeefdeadbeefn, ACCESS_READ)).toBe(false);
    expect(counts(bench)).toMatchObject({ walk: 3, l2Miss: 3 });
  });
  it('a fault that is handled is counted once', () => {
    const bench = new Bench(module);
    loadStoreFunctions(bench);
    expect(access(bench, DATA_VA + 8n, 8, true)).toBe(layout.Leave.Done);
    expect(counts(bench)).toEqual({ access: 1, fetch: 1, l1dMiss: 1, l1iMiss: 1, l2Hit: 0, l2Miss: 2, walk: 2, walkReads: 8, pscHit: 0 });
  });
});
