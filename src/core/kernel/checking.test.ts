import { beforeAll, describe, expect, it } from 'vitest';
import { ins } from './assemble';
import type { Instruction } from './assemble';
import * as layout from './memory-layout';
import { Leave } from './memory-layout';
import { FUnary, Op } from './ops';
import { Bench, DATA_VA, kernelModule, randomSource } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

const ALL = 2n ** 64n - 1n;
const HALF = 2n ** 32n - 1n;
const left = (v: bigint, all: bigint): bigint => v === 0n ? 0n : all & ~((v & -v) - 1n);

/** V bits of the result of `code` (b = 4, c = 5, w2 or third register 6, result 3). */
function definedness(code: Instruction, cases: readonly (readonly [b: bigint, vb: bigint, c: bigint, vc: bigint, expected: bigint])[]): void {
  const bench = new Bench(module, { check: true });
  bench.load([{ code: [code, ins(Op.RETI)] }]);
  for (const [b, vb, c, vc, expected] of cases) {
    bench.start();
    bench.setRegister(4, b, vb);
    bench.setRegister(5, c, vc);
    bench.setRegister(6, 1n, 1n);
    expect(bench.kernel.run(10)).toBe(Leave.Done);
    const got = bench.vBits(3);
    if (got !== expected) throw new Error(`op ${String(code.op)} V(${vb.toString(16)}, ${vc.toString(16)}): ${got.toString(16)} instead of ${expected.toString(16)}`);
  }
}
const abc = { a: 3, b: 4, c: 5 };

/** Random operands whose V bits are often 0, and the rule's result. */
function cases(rule: (b: bigint, vb: bigint, c: bigint, vc: bigint) => bigint, width = 64, limit = ALL): [bigint, bigint, bigint, bigint, bigint][] {
  const random = randomSource(BigInt(width));
  return [...Array(200).keys()].map((k) => {
    const mask = width === 64 ? ALL : HALF;
    const [b, c] = [random() & mask, random() & limit];
    const sparse = (): bigint => random() & random() & random() & mask;
    const [vb, vc] = [k % 3 === 0 ? 0n : sparse(), k % 4 === 0 || limit !== ALL ? 0n : sparse()];
    return [b, vb, c, vc, rule(b, vb, c, vc)];
  });
}

describe('V bits of results', () => {
  it('add, subtract, multiply: left of the union', () => {
    for (const op of [Op.ADD64, Op.SUB64, Op.MUL64]) definedness(ins(op, abc), cases((_b, vb, _c, vc) => left(vb | vc, ALL)));
    for (const op of [Op.ADD32, Op.SUB32, Op.MUL32]) definedness(ins(op, abc), cases((_b, vb, _c, vc) => left(vb | vc, HALF), 32));
    definedness(ins(Op.ADD64I, { a: 3, b: 4, imm: 3n }), cases((_b, vb) => left(vb, ALL)));
    definedness(ins(Op.LEA, { a: 3, b: 4, imm: 3n }), cases((_b, vb) => left(vb, ALL)));
    definedness(ins(Op.LEAX, { ...abc, w2: 8, w3: 4 }), cases((_b, vb, _c, vc) => left(vb | BigInt.asUintN(64, left(vc, ALL) << 3n), ALL)));
  });
  it('and, or: a defined bit that decides', () => {
    definedness(ins(Op.AND64, abc), cases((b, vb, c, vc) => (vb & vc) | (vb & c) | (vc & b)));
    definedness(ins(Op.OR64, abc), cases((b, vb, c, vc) => (vb & vc) | (vb & (ALL ^ c)) | (vc & (ALL ^ b))));
    definedness(ins(Op.XOR64, abc), cases((_b, vb, _c, vc) => vb | vc));
    definedness(ins(Op.AND32I, { a: 3, b: 4, w2: 0xff }), cases((_b, vb) => vb & 0xffn, 32));
    definedness(ins(Op.OR32I, { a: 3, b: 4, w2: 0xff }), cases((_b, vb) => vb & ~0xffn, 32));
    definedness(ins(Op.OR32, abc), cases((b, vb, c, vc) => (vb & vc) | (vb & (HALF ^ c)) | (vc & (HALF ^ b)), 32));
  });
  it('shifts move V bits; an undefined count spoils all', () => {
    definedness(ins(Op.SHL64, abc), cases((_b, vb, c) => BigInt.asUintN(64, vb << (c & 63n)), 64, 63n));
    definedness(ins(Op.LSHR32, abc), cases((_b, vb, c) => vb >> (c & 31n), 32, 31n));
    definedness(ins(Op.ASHR64, abc), cases((_b, vb, c) => BigInt.asUintN(64, BigInt.asIntN(64, vb) >> (c & 63n)), 64, 63n));
    definedness(ins(Op.SHL32I, { a: 3, b: 4, w2: 5 }), cases((_b, vb) => BigInt.asUintN(32, vb << 5n), 32));
    definedness(ins(Op.SHL32, abc), [[1n, 0n, 1n, 4n, HALF], [1n, 0n, 1n, 0n, 0n]]);
  });
  it('widths', () => {
    definedness(ins(Op.SX8_32, { a: 3, b: 4 }), [[0n, 0x80n, 0n, 0n, 0xffffff80n], [0n, 0x40n, 0n, 0n, 0x40n]]);
    definedness(ins(Op.SX32_64, { a: 3, b: 4 }), [[0n, 0x80000000n, 0n, 0n, 0xffffffff80000000n]]);
    definedness(ins(Op.TR8, { a: 3, b: 4 }), [[0n, 0xfff0n, 0n, 0n, 0xf0n]]);
    definedness(ins(Op.TRN, { a: 3, b: 4, w2: 5 }), [[0n, ALL, 0n, 0n, 31n]]);
    definedness(ins(Op.BSWAP32, { a: 3, b: 4 }), [[0n, 1n, 0n, 0n, 0x1000000n]]);
    definedness(ins(Op.CTZ32, { a: 3, b: 4 }), [[0n, 2n, 0n, 0n, HALF]]);
  });
  it('comparisons: equality by a defined difference', () => {
    definedness(ins(Op.ULT64, abc), cases((_b, vb, _c, vc) => vb | vc ? 1n : 0n));
    definedness(ins(Op.EQ64, abc), [[1n, 2n, 0n, 0n, 0n], [1n, 1n, 0n, 0n, 1n], [5n, 0n, 5n, 0n, 0n], [5n, 8n, 5n, 0n, 1n]]);
    definedness(ins(Op.NE32I, { a: 3, b: 4, w2: 0 }), [[6n, 2n, 0n, 0n, 0n], [2n, 2n, 0n, 0n, 1n]]);
  });
  it('floating point: all or nothing at its width', () => {
    definedness(ins(Op.FADD64, abc), [[0n, 1n, 0n, 0n, ALL], [0n, 0n, 0n, 0n, 0n]]);
    definedness(ins(Op.FMUL32, abc), [[0n, 0n, 0n, 4n, HALF]]);
    definedness(ins(Op.FUN64, { a: 3, b: 4, w2: FUnary.SQRT }), [[0n, 4n, 0n, 0n, ALL]]);
    definedness(ins(Op.FLT64, abc), [[0n, 4n, 0n, 0n, 1n]]);
    definedness(ins(Op.F64_SI32, { a: 3, b: 4 }), [[0n, 1n, 0n, 0n, HALF]]);
    definedness(ins(Op.SI32_F64, { a: 3, b: 4 }), [[0n, 1n, 0n, 0n, ALL]]);
  });
  it('select by an undefined condition keeps what both sides agree on', () => {
    definedness(ins(Op.SEL, { ...abc, w2: 6 }), [[0xf0n, 0n, 0xf3n, 0n, 3n], [0xf0n, 4n, 0xf0n, 0n, 4n]]);
  });
  it('moves and constants', () => {
    definedness(ins(Op.MOV, { a: 3, b: 4 }), [[0n, 0x1234n, 0n, 0n, 0x1234n]]);
    definedness(ins(Op.MOVI, { a: 3, imm: 5n }), [[0n, ALL, 0n, 0n, 0n]]);
    definedness(ins(Op.UNDEF, { a: 3, imm: 0xffn }), [[0n, 0n, 0n, 0n, 0xffn]]);
  });
});

const SIZES = [1, 2, 4, 8];
const LOADS = [Op.LDA8, Op.LDA16, Op.LDA32, Op.LDA64];
const STORES = [Op.STA8, Op.STA16, Op.STA32, Op.STA64];
function one(bench: Bench, code: Instruction): void {
  bench.loadAt(0);
  bench.load([{ code: [code, ins(Op.RETI)] }]);
  bench.start(bench.lastFunction);
  bench.log.length = 0;
  expect(bench.kernel.run(10)).toBe(Leave.Done);
}

describe('memory', () => {
  it('carries V bits, aligned or not, within a page or across', () => {
    const bench = new Bench(module, { check: true });
    bench.shade(DATA_VA, 8192, 2);
    const random = randomSource(3n);
    for (const base of [DATA_VA + 64n, DATA_VA + 67n, DATA_VA + 4093n]) {
      SIZES.forEach((size, k) => {
        const [value, v] = [random(), random()];
        bench.setRegister(5, value, v);
        one(bench, ins(STORES[k] as Op, { a: 5, imm: base }));
        one(bench, ins(LOADS[k] as Op, { a: 3, imm: base }));
        expect([bench.register(3), bench.vBits(3)]).toEqual([BigInt.asUintN(size * 8, value), BigInt.asUintN(size * 8, v)]);
        expect(bench.log).toEqual([]);
      });
    }
  });
  it('reports an access to unaddressable bytes once, and makes it', () => {
    const bench = new Bench(module, { check: true });
    bench.shade(DATA_VA, 16, 1);
    bench.setRegister(5, 0x1122334455667788n);
    one(bench, ins(Op.STA64, { a: 5, imm: DATA_VA + 12n }));
    expect(bench.log).toEqual([`invalid write 8 at 0x${(DATA_VA + 12n).toString(16)}`]);
    expect(bench.read(DATA_VA + 12n, 8)).toBe(0x1122334455667788n);
    expect([11n, 12n, 15n, 16n].map((k) => bench.shadowByte(DATA_VA + k))).toEqual([255, 0, 0, -1]);
    one(bench, ins(Op.LDA32, { a: 3, imm: DATA_VA + 20n }));
    expect(bench.log).toEqual([`invalid read 4 at 0x${(DATA_VA + 20n).toString(16)}`]);
    expect(bench.vBits(3)).toBe(0n);
  });
  it('excuses aligned loads of 4 and 8 bytes that are partly addressable', () => {
    const bench = new Bench(module, { check: true });
    bench.shade(DATA_VA, 6, 2);
    const outcome = (op: Op, offset: bigint): [number, bigint] => { one(bench, ins(op, { a: 3, imm: DATA_VA + offset })); return [bench.log.length, bench.vBits(3)]; };
    expect(outcome(Op.LDA64, 0n)).toEqual([0, 0xffff000000000000n]);
    expect(outcome(Op.LDA32, 4n)).toEqual([0, 0xffff0000n]);
    expect(outcome(Op.LDA64, 1n)).toEqual([1, 0n]);
    expect(outcome(Op.LDA16, 5n)).toEqual([1, 0n]);
    expect(outcome(Op.LDA64, 8n)).toEqual([1, 0n]);
  });
  it('an invalid access to an unmapped page is reported before its fault', () => {
    const bench = new Bench(module, { check: true });
    bench.load([{ code: [ins(Op.LDA32, { a: 3, imm: 16n }), ins(Op.RETI)] }]);
    bench.start();
    expect(bench.kernel.run(10)).toBe(Leave.Retry);
    expect(bench.log).toEqual(['invalid read 4 at 0x10', 'fault 0x10 0']);
    expect(bench.count(layout.CNT_ACCESS)).toBe(0);
  });
  it('shades ranges with ragged ends and whole pages', () => {
    const bench = new Bench(module, { check: true });
    const reference = new Int16Array(5 * 4096).fill(-1);
    const random = randomSource(8n);
    for (let k = 0; k < 300; k++) {
      const from = Number(random() % 20000n);
      const length = Math.min(20480 - from, Number(random() % (k % 5 === 0 ? 12000n : 90n)));
      const state = Number(random() % 3n);
      bench.kernel.shade(Number(BigInt(from) & 0xffffffffn), Number(DATA_VA >> 32n), length, 0, state);
      reference.fill(state === 0 ? -1 : state === 1 ? 255 : 0, from, from + length);
    }
    const got = Int16Array.from(reference, (_, k) => bench.shadowByte(DATA_VA + BigInt(k)));
    expect(Buffer.compare(new Uint8Array(got.buffer), new Uint8Array(reference.buffer))).toBe(0);
  });
  it('random loads and stores agree with a byte-by-byte model', () => {
    const bench = new Bench(module, { check: true, l1d: [2, 2] });
    bench.load([...[Op.LD8, Op.LD16, Op.LD32, Op.LD64].map((op) => ({ code: [ins(op, { a: 3, b: 4 }), ins(Op.RETI)] })), ...[Op.ST8, Op.ST16, Op.ST32, Op.ST64].map((op) => ({ code: [ins(op, { a: 5, b: 4 }), ins(Op.RETI)] }))]);
    const random = randomSource(12n);
    const bytes = new Uint8Array(6 * 4096);
    const shadow = new Int16Array(6 * 4096).fill(-1);
    for (let k = 0; k < 4000; k++) {
      const dice = Number(random() % 20n);
      const size = 1 << Number(random() % 4n);
      const at = Number(random() % BigInt(5 * 4096));
      if (dice === 0) {
        const [length, state] = [Number(random() % 3000n), Number(random() % 3n)];
        bench.shade(DATA_VA + BigInt(at), length, state);
        shadow.fill(state === 0 ? -1 : state === 1 ? 255 : 0, at, at + length);
        continue;
      }
      const place = dice < 6 ? at : at & ~(size - 1);
      const cells = [...Array(size).keys()].map((j) => place + j);
      const good = cells.map((j) => shadow[j] !== -1);
      const write = dice % 2 === 0;
      const [value, v] = [BigInt.asUintN(8 * size, random()), BigInt.asUintN(8 * size, random())];
      bench.start(Math.log2(size) + (write ? 4 : 0));
      bench.setRegister(4, DATA_VA + BigInt(place));
      bench.setRegister(5, value, v);
      bench.log.length = 0;
      expect(bench.kernel.run(10)).toBe(Leave.Done);
      const excused = !write && size >= 4 && place % size === 0 && good.some((g) => g);
      expect(bench.log.length).toBe(good.every((g) => g) || excused ? 0 : 1);
      const byteOf = (x: bigint, j: number): number => Number((x >> BigInt(8 * j)) & 255n);
      cells.forEach((cell, j) => {
        if (write) {
          bytes[cell] = byteOf(value, j);
          if (good[j]) shadow[cell] = byteOf(v, j);
        } else {
          expect(byteOf(bench.register(3), j)).toBe(bytes[cell]);
          expect(byteOf(bench.vBits(3), j)).toBe(good[j] ? shadow[cell] : excused ? 255 : 0);
        }
      });
    }
    expect([...bytes.keys()].filter((k) => bench.shadowByte(DATA_VA + BigInt(k)) !== shadow[k])).toEqual([]);
  });
});
