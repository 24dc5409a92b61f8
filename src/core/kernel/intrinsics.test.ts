/**
 * Memory and string intrinsics against a model that makes the same accesses one by one, in plain arrays: content, definedness, reports and
 * numbers of accesses must agree, whether a run is done at once or not.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { Intrinsic } from '../intrinsics';
import { LEAVE_RETRY } from '../kernel-interface';
import { ins } from './assemble';
import * as layout from './memory-layout';
import { Leave } from './memory-layout';
import { NaiveMmu } from './naive-mmu';
import { Op } from './ops';
import { Bench, DATA_VA, kernelModule, randomSource, split } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

const SPAN = 5 * 4096;

/** Guest memory as arrays, with the access log of a program that runs on it. */
class Model {
  readonly bytes = new Uint8Array(SPAN);
  readonly shadow = new Int16Array(SPAN);
  readonly reports: string[] = [];
  readonly trace: [at: number, size: number, write: boolean][] = [];
  private check(at: number, size: number, write: boolean): boolean[] {
    this.trace.push([at, size, write]);
    const good = [...Array(size).keys()].map((k) => this.shadow[at + k] !== -1);
    const excused = !write && size >= 4 && at % size === 0 && good.includes(true);
    if (good.includes(false) && !excused) this.reports.push(`invalid ${write ? 'write' : 'read'} ${String(size)} at 0x${(DATA_VA + BigInt(at)).toString(16)}`);
    return good;
  }
  load(at: number, size: number): { bytes: number[]; v: number[] } {
    const good = this.check(at, size, false);
    const excused = size >= 4 && at % size === 0 && good.includes(true);
    return { bytes: good.map((_, k) => this.bytes[at + k] ?? 0), v: good.map((g, k) => g ? this.shadow[at + k] ?? 0 : excused ? 255 : 0) };
  }
  store(at: number, value: { bytes: number[]; v: number[] }): void {
    const good = this.check(at, value.bytes.length, true);
    good.forEach((g, k) => {
      this.bytes[at + k] = value.bytes[k] ?? 0;
      if (g) this.shadow[at + k] = value.v[k] ?? 0;
    });
  }
  move(to: number, from: number, n: number): void {
    const copy = (offset: number, size: number): void => { this.store(to + offset, this.load(from + offset, size)); };
    let done = 0;
    const upward = to < from || to - from >= n;
    const step = (size: number): void => { copy(upward ? done : n - done - size, size); done += size; };
    const at = (base: number): number => upward ? base + done : base + n - done;
    if (to === from) return;
    if (((to ^ from) & 7) === 0) {
      while ((at(from) & 7) !== 0 && done < n) step(1);
      while (n - done >= 8) step(8);
    }
    if (((at(to) | at(from)) & 1) === 0) while (n - done >= 2) step(2);
    while (done < n) step(1);
  }
  copyInLine(to: number, from: number, n: number): void {
    for (let done = 0; done < n;) {
      const size = [8, 4, 2, 1].find((s) => n - done >= s) ?? 1;
      this.store(to + done, this.load(from + done, size));
      done += size;
    }
  }
  set(to: number, byte: number, n: number, inLine: boolean): void {
    for (let done = 0; done < n;) {
      const size = inLine ? [8, 4, 2, 1].find((s) => n - done >= s) ?? 1 : ((to + done) & 7) === 0 && n - done >= 8 ? 8 : 1;
      this.store(to + done, { bytes: Array<number>(size).fill(byte), v: Array<number>(size).fill(0) });
      done += size;
    }
  }
  byte(at: number): number { return this.load(at, 1).bytes[0] ?? 0; }
  compare(a: number, b: number, n: number): number {
    let done = 0;
    if (((a | b) & 7) === 0) {
      for (; n - done >= 8; done += 8) if (this.load(a + done, 8).bytes.join() !== this.load(b + done, 8).bytes.join()) break;
    }
    for (; done < n; done++) {
      const difference = this.byte(a + done) - this.byte(b + done);
      if (difference !== 0) return difference;
    }
    return 0;
  }
  compareStrings(a: number, b: number, n: number): number {
    for (let k = 0; k < n; k++) {
      const [x, y] = [this.byte(a + k), this.byte(b + k)];
      if (x !== y) return x < y ? -1 : 1;
      if (x === 0) return 0;
    }
    return 0;
  }
  length(a: number, n: number): number { let k = 0; while (k < n && this.byte(a + k) !== 0) k++; return k; }
  find(a: number, c: number, n: number, stopAtZero: boolean): number {
    for (let k = 0; k < n; k++) { const x = this.byte(a + k); if (x === c) return a + k; if (stopAtZero && x === 0) return -1; }
    return -1;
  }
  findLast(a: number, c: number): number {
    let last = -1;
    for (let k = a; ; k++) { const x = this.byte(k); if (x === c) last = k; if (x === 0) return last; }
  }
  copyString(to: number, from: number): void {
    for (let k = 0; ; k++) { const value = this.load(from + k, 1); this.store(to + k, value); if (value.bytes[0] === 0) return; }
  }
}

/** Guest and model with the same content and shadows. */
function pair(check: boolean, seed: bigint, holes: boolean, l1d: readonly [number, number]): { bench: Bench; model: Model; naive: NaiveMmu; random: () => bigint } {
  const bench = new Bench(module, { check, l1d, l2: [4, 3] });
  bench.load([{ code: [ins(Op.INTRINSIC, { a: 10, b: 4, c: 3, w2: 0 }), ins(Op.RETI)] }]);
  const model = new Model();
  const random = randomSource(seed);
  for (let page = 0; page < 6; page++) { bench.map(DATA_VA + BigInt(page * 4096)); }
  bench.map(0x555555554000n, 5n);
  if (check) {
    bench.shade(DATA_VA, SPAN, 2);
    for (let k = 0; k < (holes ? 60 : 10); k++) {
      const [at, length, state] = [Number(random() % BigInt(SPAN - 300)), Number(random() % 200n), holes ? Number(random() % 3n) : 1];
      bench.shade(DATA_VA + BigInt(at), length, state);
      model.shadow.fill(state === 0 ? -1 : state === 1 ? 255 : 0, at, at + length);
    }
  }
  const naive = new NaiveMmu({ l1d, l1i: [16, 4], l2: [4, 3] }, 4, (va, level) => bench.view.getBigUint64(bench.entry(va, level), true));
  naive.fetch(0x555555554000n);
  return { bench, model, naive, random };
}
function fill(bench: Bench, model: Model, random: () => bigint, zeros: boolean): void {
  for (let k = 0; k < SPAN; k++) model.bytes[k] = zeros && random() % 50n === 0n ? 0 : 1 + Number(random() % 3n);
  model.bytes[SPAN - 1] = 0;
  bench.write(DATA_VA, model.bytes);
}
function invoke(bench: Bench, id: Intrinsic, args: readonly (number | bigint)[], run = (): number => bench.kernel.run(10)): bigint {
  bench.put(layout.CODE + 8, id);
  bench.start();
  args.forEach((value, k) => { bench.setRegister(4 + k, BigInt(value)); });
  expect(run()).toBe(Leave.Done);
  return bench.register(10);
}

const va = (at: number): bigint => DATA_VA + BigInt(at);
const found = (at: number): bigint => at < 0 ? 0n : va(at);
const int = (x: number): bigint => BigInt.asUintN(32, BigInt(x));

const CASES: Record<string, (m: Model, b: Bench, x: { to: number; from: number; n: number; c: number }) => [bigint, bigint]> = {
  memcpy: (m, b, { to, from, n }) => { m.move(to, from, n); return [invoke(b, Intrinsic.memcpy, [va(to), va(from), n]), va(to)]; },
  memmove: (m, b, { to, from, n }) => { m.move(to, from, n); return [invoke(b, Intrinsic.memmove, [va(to), va(from), n]), va(to)]; },
  copy: (m, b, { from, n }) => { const to = (from + 9000) % (SPAN - n); m.copyInLine(to, from, n); return [invoke(b, Intrinsic.copy, [va(to), va(from), n]), va(to)]; },
  memset: (m, b, { to, n, c }) => { m.set(to, c, n, false); return [invoke(b, Intrinsic.memset, [va(to), c, n]), va(to)]; },
  fill: (m, b, { to, n, c }) => { m.set(to, c, n, true); return [invoke(b, Intrinsic.fill, [va(to), c, n]), va(to)]; },
  memcmp: (m, b, { to, from, n }) => { const r = m.compare(to, from, n); return [invoke(b, Intrinsic.memcmp, [va(to), va(from), n]), int(r)]; },
  memchr: (m, b, { from, n, c }) => { const r = m.find(from, c, n, false); return [invoke(b, Intrinsic.memchr, [va(from), c, n]), found(r)]; },
  strlen: (m, b, { from }) => { const r = m.length(from, Infinity); return [invoke(b, Intrinsic.strlen, [va(from)]), BigInt(r)]; },
  strnlen: (m, b, { from, n }) => { const r = m.length(from, n); return [invoke(b, Intrinsic.strnlen, [va(from), n]), BigInt(r)]; },
  strcmp: (m, b, { to, from }) => { const r = m.compareStrings(to, from, Infinity); return [invoke(b, Intrinsic.strcmp, [va(to), va(from)]), int(r)]; },
  strncmp: (m, b, { to, from, n }) => { const r = m.compareStrings(to, from, n); return [invoke(b, Intrinsic.strncmp, [va(to), va(from), n]), int(r)]; },
  strcpy: (m, b, { from }) => { const to = (from + 8200) % (SPAN - 800); m.copyString(to, from); return [invoke(b, Intrinsic.strcpy, [va(to), va(from)]), va(to)]; },
  strchr: (m, b, { from, c }) => { const r = m.find(from, c, Infinity, true); return [invoke(b, Intrinsic.strchr, [va(from), c]), found(r)]; },
  strrchr: (m, b, { from, c }) => { const r = m.findLast(from, c); return [invoke(b, Intrinsic.strrchr, [va(from), c]), found(r)]; },
};

describe('memory and string intrinsics equal the access pattern, one by one', () => {
  for (const [name, run] of Object.entries(CASES)) {
    for (const [variant, check, holes, l1d] of [['unchecked', false, false, [2, 2]], ['checked', true, false, [2, 2]], ['checked with unaddressable bytes', true, true, [2, 2]], ['direct-mapped', true, false, [2, 1]]] as const) {
      it(`${name}, ${variant}`, () => {
        const { bench, model, naive, random } = pair(check, BigInt(name.length + variant.length), holes, l1d);
        for (let round = 0; round < 40; round++) {
          if (round % 8 === 0) fill(bench, model, random, name.startsWith('str'));
          const n = Number(random() % (round % 7 === 0 ? 6000n : 70n));
          const limit = BigInt(SPAN - Math.max(n, 800));
          const from = Number(random() % limit);
          const near = Math.max(0, from + Number(random() % 40n) - 20);
          const to = round % 3 === 0 ? Math.min(near, SPAN - n - 1) : round % 3 === 1 ? Number(random() % limit & ~7n) | (from & 7) : Number(random() % limit);
          if (Math.max(to, from) + n >= SPAN) continue;
          model.trace.length = 0;
          model.reports.length = 0;
          bench.log.length = 0;
          const [got, expected] = run(model, bench, { to, from, n, c: 1 + Number(random() % 3n) });
          expect(got, `round ${String(round)}`).toBe(expected);
          if (check) expect(bench.log).toEqual(model.reports);
          for (const [at, size, write] of model.trace) naive.access(va(at), size, write);
        }
        const guest = bench.bytes;
        for (let k = 0; k < SPAN; k++) {
          if (guest[bench.peek(va(k))] !== model.bytes[k]) throw new Error(`byte ${String(k)} differs`);
          if (check && bench.shadowByte(va(k)) !== model.shadow[k]) throw new Error(`shadow of byte ${String(k)} differs`);
        }
        expect([bench.count(layout.CNT_ACCESS), bench.count(layout.CNT_L1D_MISS), bench.count(layout.CNT_L2_HIT), bench.count(layout.CNT_L2_MISS)])
          .toEqual([naive.counts.access, naive.counts.l1dMiss, naive.counts.l2Hit, naive.counts.l2Miss]);
      });
    }
  }
});

describe('faults in the middle', () => {
  it('a move that leaves goes on where it was, and counts once', () => {
    for (const [to, from] of [[100, 3000], [3000, 100]] as const) {
      const n = 12000;
      const make = (): Bench => {
        const bench = new Bench(module);
        bench.load([{ code: [ins(Op.INTRINSIC, { a: 10, b: 4, c: 3, w2: 0 }), ins(Op.RETI)] }]);
        for (let k = 0; k < 16000; k++) bench.bytes[bench.peek(va(k))] = (k * 7) & 255;
        return bench;
      };
      const whole = make();
      invoke(whole, Intrinsic.memmove, [va(to), va(from), n]);
      const cut = make();
      // The page at 8192 is away; the first two faults leave.
      const entry = cut.entry(va(8192), 1);
      const pte = cut.view.getBigUint64(entry, true);
      cut.view.setBigUint64(entry, 0n, true);
      let leaves = 2;
      cut.allows = (at) => {
        if (at >= va(8192) && at < va(12288)) { if (leaves-- > 0) return false; cut.view.setBigUint64(entry, 0n, true); }
        return true;
      };
      let retries = 0;
      invoke(cut, Intrinsic.memmove, [va(to), va(from), n], () => {
        for (;;) {
          const reason = cut.kernel.run(10);
          if (reason !== Leave.Retry) return reason;
          if (++retries === 2) { cut.view.setBigUint64(entry, pte, true); cut.kernel.invalidatePage(...split(va(8192))); }
        }
      });
      expect(retries).toBe(2);
      for (let k = 0; k < 16000; k++) if (cut.bytes[cut.peek(va(k))] !== whole.bytes[whole.peek(va(k))]) throw new Error(`byte ${String(k)} differs`);
      expect(cut.count(layout.CNT_ACCESS)).toBe(whole.count(layout.CNT_ACCESS));
      expect(cut.count(layout.ST_PROGRESS)).toBe(0);
    }
  });
  it('a string that runs off its mapping leaves with what it counted', () => {
    const bench = new Bench(module);
    bench.load([{ code: [ins(Op.INTRINSIC, { a: 10, b: 4, c: 1, w2: Intrinsic.strlen }), ins(Op.RETI)] }]);
    bench.bytes.fill(65, bench.peek(DATA_VA), bench.peek(DATA_VA) + 4096);
    bench.allows = (at) => at < va(4096) && at > 0n;
    bench.start();
    bench.setRegister(4, va(4090));
    bench.map(0x555555554000n, 5n);
    expect(bench.kernel.run(10)).toBe(Leave.Retry);
    expect(bench.log).toEqual([`fault 0x${va(4096).toString(16)} 0`]);
    expect(bench.count(layout.CNT_ACCESS)).toBe(6);
    expect(LEAVE_RETRY).toBe(1);
  });
});
