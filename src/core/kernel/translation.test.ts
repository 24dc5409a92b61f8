/**
 * The MMU under everything that can happen to a translation at once, beside the naive model: pages of three sizes, rights of
 * users and supervisors, two address spaces, INVLPG, INVPCID, CR3 loads without PCID, CR0.WP; 4 and 5 levels. Then the rules
 * of the SDM one by one, and replayed traces.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_SUPERVISOR, ACCESS_WRITE } from '../kernel-interface';
import * as layout from './memory-layout';
import { NaiveMmu } from './naive-mmu';
import type { NaiveCounts } from './naive-mmu';
import { Bench, DATA_VA, kernelModule, randomSource, split } from './test-bench';
import type { BenchOptions } from './test-bench';

const NX = 1n << 63n;
const [P, RW, US, PS] = [1n, 2n, 4n, 0x80n];
let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

function counts(bench: Bench): NaiveCounts {
  const c = (at: number): number => bench.count(at);
  return {
    access: c(layout.CNT_ACCESS), fetch: c(layout.CNT_FETCH), l1dMiss: c(layout.CNT_L1D_MISS), l1iMiss: c(layout.CNT_L1I_MISS),
    l2Hit: c(layout.CNT_L2_HIT), l2Miss: c(layout.CNT_L2_MISS), walk: c(layout.CNT_WALK), walkReads: c(layout.CNT_WALK_READS), pscHit: c(layout.CNT_PSC_HIT),
  };
}

/** A bench with two roots, and the model that reads their tables as they are. */
class Pair {
  readonly bench: Bench;
  readonly model: NaiveMmu;
  private readonly roots: readonly number[];
  space = 0;

  constructor(options: BenchOptions) {
    this.bench = new Bench(module, options);
    this.bench.allows = () => false;
    this.roots = [this.bench.get(layout.ST_CR3), this.bench.frame()];
    this.model = new NaiveMmu({ l1d: options.l1d ?? [16, 4], l1i: options.l1i ?? [16, 4], l2: options.l2 ?? [128, 12] }, this.bench.levels, (va, level) => this.entryOf(va, level));
    this.model.root = '0/';
    this.bench.put(layout.ST_CR0, layout.CR0_WP);
  }

  /** The entry as the tables had it at first: without the A and D bits of this test. */
  private entryOf(va: bigint, level: number): bigint {
    const { bench } = this;
    let table = this.roots[this.space] as number;
    for (let l = bench.levels; ; l--) {
      const e = bench.view.getBigUint64(bench.slot(table) + Number((va >> BigInt(l * 9 + 3)) & 511n) * 8, true);
      if (l === level || !(e & P)) return l === level ? e : 0n;
      table = Number(e >> 12n) & 0xffffff;
    }
  }

  map(va: bigint, level: number, pfn: number, flags: bigint): void {
    this.bench.view.setBigUint64(this.bench.entry(va, level), (BigInt(pfn) << 12n) | flags, true);
  }

  switchTo(space: number, pcid: boolean): void {
    this.space = space;
    this.bench.put(layout.ST_CR3, this.roots[space] as number);
    this.bench.put(layout.ST_ASID, space + 1);
    this.model.asid = space + 1;
    this.model.root = `${String(space)}/`;
    if (pcid) this.bench.kernel.clearFast();
    else { this.bench.kernel.invalidateAll(); this.model.invalidate('all'); }
  }

  access(va: bigint, kind: number): void {
    const made = this.bench.kernel.translate(...split(va), kind) !== 0;
    const expected = kind === ACCESS_FETCH ? this.model.fetch(va) : this.model.access(va, 1, (kind & ACCESS_WRITE) !== 0, (kind & ACCESS_SUPERVISOR) !== 0);
    expect(made, `${va.toString(16)} kind ${String(kind)} in space ${String(this.space)}`).toBe(expected);
  }

  /** A and D bits of every entry that the model knows of. */
  checkBits(): void {
    const { bench, model } = this;
    for (const [bit, set] of [[0x20n, model.accessed], [0x40n, model.dirty]] as const) {
      for (const key of set) {
        const [root, level, prefix] = key.split(/[/:]/) as [string, string, string];
        this.space = Number(root);
        expect(this.entryOf(BigInt(prefix) << BigInt(Number(level) * 9 + 3), Number(level)) & bit, `${key} bit ${String(bit)}`).toBe(bit);
      }
    }
    for (const [space, root] of this.roots.entries()) this.visit(root, bench.levels, 0n, space);
  }

  private visit(table: number, level: number, base: bigint, space: number): void {
    for (let i = 0n; i < 512n; i++) {
      const e = this.bench.view.getBigUint64(this.bench.slot(table) + Number(i) * 8, true);
      if (!(e & P)) continue;
      const va = base | (i << BigInt(level * 9 + 3));
      const key = `${String(space)}/${String(level)}:${String(va >> BigInt(level * 9 + 3))}`;
      expect((e & 0x20n) !== 0n, `A of ${key}`).toBe(this.model.accessed.has(key));
      if (level === 1 || (level <= 3 && e & PS)) expect((e & 0x40n) !== 0n, `D of ${key}`).toBe(this.model.dirty.has(key));
      else this.visit(Number(e >> 12n) & 0xffffff, level - 1, va, space);
    }
  }
}

describe.each([
  ['4 levels, small TLBs', { l1d: [4, 2], l1i: [2, 2], l2: [8, 3] }, true],
  ['5 levels', { levels: 5, l1d: [2, 3], l1i: [2, 1], l2: [4, 4] }, true],
  ['4 levels, the default geometry', {}, true],
  ['without PCID', { l1d: [4, 2], l2: [8, 3] }, false],
  ['5 levels, direct-mapped, without PCID', { levels: 5, l1d: [8, 1], l1i: [4, 1], l2: [16, 1] }, false],
] as [string, BenchOptions, boolean][])('%s', (name, options, pcid) => {
  it.each([1n, 2n, 3n])('random accesses, rights, sizes and invalidations agree with the naive model: seed %i', (seed) => {
    const pair = new Pair(options);
    const random = randomSource(seed * 1000n + BigInt(name.length));
    const below = (n: number): number => Number(random() % BigInt(n));
    const rights = (): bigint => P | (below(4) > 0 ? RW : 0n) | (below(6) > 0 ? US : 0n) | (below(3) === 0 ? NX : 0n);
    const pages: bigint[] = [];
    let pfn = 0x40000;
    for (let space = 0; space < 2; space++) {
      pair.switchTo(space, true);
      for (let k = 0n; k < 24n; k++) pair.map(DATA_VA + k * 4096n, 1, pair.bench.frame(), rights());
      for (let k = 1n; k < 5n; k++) pair.map(DATA_VA + (k << 21n), 2, pfn += 512, rights() | PS);
      for (let k = 1n; k < 3n; k++) pair.map(DATA_VA + (k << 30n), 3, pfn = (Math.floor(pfn / 262144) + 1) * 262144, rights() | PS);
    }
    for (let k = 0n; k < 26n; k++) pages.push(DATA_VA + k * 4096n);
    for (let k = 1n; k < 6n; k++) for (const offset of [0n, 0x1000n, 0x1ff000n]) pages.push(DATA_VA + (k << 21n) + offset);
    for (let k = 1n; k < 4n; k++) for (const offset of [0n, 0x200000n, 0x3ffff000n]) pages.push(DATA_VA + (k << 30n) + offset);
    pages.push(0x800000000000n, 0x0100000000000000n, 0xffff800000000000n);
    const kinds = [ACCESS_READ, ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH, ACCESS_READ | ACCESS_SUPERVISOR, ACCESS_WRITE | ACCESS_SUPERVISOR];
    let page = pages[0] as bigint;
    for (let step = 0; step < 5000; step++) {
      if (below(3) === 0) page = pages[below(pages.length)] as bigint;
      const dice = below(200);
      if (dice === 0) pair.switchTo(1 - pair.space, pcid);
      else if (dice === 1) { pair.bench.kernel.invalidatePage(...split(page)); pair.model.invalidatePage(page); }
      else if (dice === 2) { const asid = 1 + below(2); pair.bench.kernel.invalidateAsid(asid); pair.model.invalidate(asid); }
      else if (dice === 3 && below(4) === 0) { pair.bench.kernel.invalidateAll(); pair.model.invalidate('all'); }
      else if (dice === 4) {
        pair.model.writeProtect = !pair.model.writeProtect;
        pair.bench.put(layout.ST_CR0, pair.model.writeProtect ? layout.CR0_WP : 0);
      } else pair.access(page + BigInt(below(4096)), kinds[below(kinds.length)] as number);
    }
    expect(counts(pair.bench)).toEqual(pair.model.counts);
    pair.checkBits();
  });
});

describe('rights (SDM volume 3, 4.6.1)', () => {
  /** Which of: user read, write, fetch; supervisor read, write with WP, write without WP. */
  it.each([
    ['user, read and write', P | RW | US, [1, 1, 1, 1, 1, 1]],
    ['user, read only', P | US, [1, 0, 1, 1, 0, 1]],
    ['user, no execution', P | RW | US | NX, [1, 1, 0, 1, 1, 1]],
    ['supervisor', P | RW, [0, 0, 0, 1, 1, 1]],
    ['supervisor, read only', P, [0, 0, 0, 1, 0, 1]],
    ['not present', RW | US, [0, 0, 0, 0, 0, 0]],
  ] as [string, bigint, number[]][])('%s', (_name, flags, allowed) => {
    for (const [level, offset] of [[1, 0n], [2, 1n << 21n], [3, 1n << 30n]] as const) {
      const bench = new Bench(module);
      bench.allows = () => false;
      const va = DATA_VA + offset;
      const pfn = level === 1 ? bench.frame() : level === 2 ? 512 : 262144;
      bench.view.setBigUint64(bench.entry(va, level), (BigInt(pfn) << 12n) | flags | (level > 1 ? PS : 0n), true);
      const outcome = (kind: number, wp: boolean): number => {
        bench.put(layout.ST_CR0, wp ? layout.CR0_WP : 0);
        const first = bench.kernel.translate(...split(va), kind) !== 0;
        // Again, from the TLB this time.
        expect(bench.kernel.translate(...split(va), kind) !== 0).toBe(first);
        return first ? 1 : 0;
      };
      const S = ACCESS_SUPERVISOR;
      expect([outcome(ACCESS_READ, true), outcome(ACCESS_WRITE, true), outcome(ACCESS_FETCH, true), outcome(ACCESS_READ | S, true), outcome(ACCESS_WRITE | S, true), outcome(ACCESS_WRITE | S, false)]).toEqual(allowed);
      // What the supervisor brought into the TLB opens nothing to users.
      expect(outcome(ACCESS_READ, true)).toBe(allowed[0]);
    }
  });

  it('the rights of a page are those of all entries on the way', () => {
    const bench = new Bench(module);
    bench.allows = () => false;
    bench.map(DATA_VA);
    const upper = bench.entry(DATA_VA, 3);
    const entry = bench.view.getBigUint64(upper, true);
    const outcome = (kind: number): boolean => { bench.kernel.invalidateAll(); return bench.kernel.translate(...split(DATA_VA), kind) !== 0; };
    bench.view.setBigUint64(upper, entry & ~RW, true);
    expect([outcome(ACCESS_READ), outcome(ACCESS_WRITE)]).toEqual([true, false]);
    bench.view.setBigUint64(upper, entry & ~US, true);
    expect(outcome(ACCESS_READ)).toBe(false);
    bench.view.setBigUint64(upper, entry | NX, true);
    expect([outcome(ACCESS_READ), outcome(ACCESS_FETCH)]).toEqual([true, false]);
  });
});

describe('stale translations (SDM volume 3, 4.10.4)', () => {
  it('a right taken away in the tables holds only after INVLPG', () => {
    const bench = new Bench(module);
    bench.allows = () => false;
    bench.map(DATA_VA);
    const write = (): boolean => bench.kernel.translate(...split(DATA_VA), ACCESS_WRITE) !== 0;
    expect(write()).toBe(true);
    const at = bench.entry(DATA_VA, 1);
    bench.view.setBigUint64(at, bench.view.getBigUint64(at, true) & ~RW, true);
    expect(write()).toBe(true);
    bench.kernel.invalidatePage(...split(DATA_VA));
    expect(write()).toBe(false);
  });
  it('INVLPG of any address of a huge page takes its translation', () => {
    const bench = new Bench(module);
    bench.allows = () => false;
    bench.view.setBigUint64(bench.entry(DATA_VA + (1n << 21n), 2), (512n << 12n) | P | RW | US | PS, true);
    const read = (offset: bigint): boolean => bench.kernel.translate(...split(DATA_VA + (1n << 21n) + offset), ACCESS_READ) !== 0;
    expect([read(0n), read(0x1ff000n)]).toEqual([true, true]);
    expect(bench.count(layout.CNT_WALK)).toBe(1);
    bench.kernel.invalidatePage(...split(DATA_VA + (1n << 21n) + 0x100000n));
    expect(read(0n)).toBe(true);
    expect(bench.count(layout.CNT_WALK)).toBe(2);
  });
});

describe('replay of a trace', () => {
  it('counts and leaves the tables as the same accesses made one by one', () => {
    const options: BenchOptions = { l1d: [4, 2], l2: [8, 3] };
    const [replayed, single] = [new Bench(module, options), new Bench(module, options)];
    const pages = [...Array(60).keys()].map((k) => DATA_VA + BigInt(k) * 4096n);
    for (const bench of [replayed, single]) for (const page of pages) bench.map(page);
    const random = randomSource(77n);
    const trace: bigint[] = [];
    let at = 0n;
    for (let k = 0; k < 20_000; k++) {
      if (random() % 3n === 0n) at = random() % 60n;
      trace.push((pages[Number(at)] as bigint) | (random() % 4n === 0n ? 2n : 0n) | (random() % 4096n & ~7n));
    }
    let store = 0;
    for (let k = 0; k < 40; k++) { const page = replayed.page(); if (k === 0) store = page; }
    trace.forEach((word, k) => { replayed.view.setBigUint64(store + 8 * k, word, true); });
    expect(replayed.kernel.replay(store, trace.length)).toBe(trace.length);
    for (const word of trace) single.kernel.translate(...split(word & ~4095n), Number(word & 2n));
    expect(counts(replayed)).toEqual(counts(single));
    for (const page of pages) expect(replayed.view.getBigUint64(replayed.entry(page, 1), true)).toBe(single.view.getBigUint64(single.entry(page, 1), true));
  });
});
