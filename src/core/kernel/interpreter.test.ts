import { beforeAll, describe, expect, it } from 'vitest';
import { ins } from './assemble';
import type { Instruction } from './assemble';
import { Leave } from './memory-layout';
import { Op } from './ops';
import { Bench, kernelModule, randomSource } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);
const i64 = (x: bigint): bigint => BigInt.asIntN(64, x);
const u32 = (x: bigint): bigint => BigInt.asUintN(32, x);
const i32 = (x: bigint): bigint => BigInt.asIntN(32, x);
const EDGES = [0n, 1n, 2n, 7n, 31n, 32n, 63n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn];

/** Operand pairs: all pairs of edges, then random ones of random widths. */
function* operands(): Generator<[bigint, bigint]> {
  for (const b of EDGES) for (const c of EDGES) yield [b, c];
  const random = randomSource(1n);
  for (let k = 0; k < 300; k++) {
    const width = BigInt(1 + Number(random() % 64n));
    yield [BigInt.asUintN(Number(width), random()), random() >> (random() % 64n)];
  }
}

/** Runs `code` (registers b = 4, c = 5, result 3) over many operands and compares with `oracle`. */
function check(code: Instruction, oracle: (b: bigint, c: bigint) => bigint, options: { check?: boolean } = {}): void {
  const bench = new Bench(module, options);
  bench.load([{ code: [code, ins(Op.RETI)] }]);
  for (const [b, c] of operands()) {
    bench.start();
    bench.setRegister(4, b);
    bench.setRegister(5, c);
    expect(bench.kernel.run(100)).toBe(Leave.Done);
    const got = bench.register(3);
    if (got !== oracle(b, c)) throw new Error(`op ${String(code.op)} of ${b.toString(16)}, ${c.toString(16)}: ${got.toString(16)} instead of ${oracle(b, c).toString(16)}`);
  }
}
const abc = { a: 3, b: 4, c: 5 };

type Binary = (b: bigint, c: bigint) => bigint;
const forms32: [string, Op, Op, Binary][] = [
  ['add', Op.ADD32, Op.ADD32I, (b, c) => b + c], ['sub', Op.SUB32, Op.SUB32I, (b, c) => b - c], ['mul', Op.MUL32, Op.MUL32I, (b, c) => b * c],
  ['and', Op.AND32, Op.AND32I, (b, c) => b & c], ['or', Op.OR32, Op.OR32I, (b, c) => b | c], ['xor', Op.XOR32, Op.XOR32I, (b, c) => b ^ c],
  ['shl', Op.SHL32, Op.SHL32I, (b, c) => b << (c & 31n)], ['lshr', Op.LSHR32, Op.LSHR32I, (b, c) => u32(b) >> (c & 31n)], ['ashr', Op.ASHR32, Op.ASHR32I, (b, c) => i32(b) >> (c & 31n)],
];
const forms64: [string, Op, Op, Binary][] = [
  ['add', Op.ADD64, Op.ADD64I, (b, c) => b + c], ['sub', Op.SUB64, Op.SUB64I, (b, c) => b - c], ['mul', Op.MUL64, Op.MUL64I, (b, c) => b * c],
  ['and', Op.AND64, Op.AND64I, (b, c) => b & c], ['or', Op.OR64, Op.OR64I, (b, c) => b | c], ['xor', Op.XOR64, Op.XOR64I, (b, c) => b ^ c],
  ['shl', Op.SHL64, Op.SHL64I, (b, c) => b << (c & 63n)], ['lshr', Op.LSHR64, Op.LSHR64I, (b, c) => b >> (c & 63n)], ['ashr', Op.ASHR64, Op.ASHR64I, (b, c) => i64(b) >> (c & 63n)],
];

describe('integer arithmetic', () => {
  for (const [name, op, opI, oracle] of forms32) {
    it(`${name} 32`, () => {
      check(ins(op, abc), (b, c) => u32(oracle(u32(b), u32(c))));
      check(ins(op, abc), (b, c) => u32(oracle(u32(b), u32(c))), { check: true });
      check(ins(opI, { a: 3, b: 4, w2: -7 }), (b) => u32(oracle(u32(b), u32(-7n))));
    });
  }
  for (const [name, op, opI, oracle] of forms64) {
    it(`${name} 64`, () => {
      check(ins(op, abc), (b, c) => u64(oracle(b, c)));
      check(ins(op, abc), (b, c) => u64(oracle(b, c)), { check: true });
      check(ins(opI, { a: 3, b: 4, imm: 0x123456789abcdef5n }), (b) => u64(oracle(b, 0x123456789abcdef5n)));
    });
  }
  it('high products', () => {
    check(ins(Op.MULHU64, abc), (b, c) => (b * c) >> 64n);
    check(ins(Op.MULHS64, abc), (b, c) => u64((i64(b) * i64(c)) >> 64n));
  });
  it('addresses', () => {
    check(ins(Op.LEA, { a: 3, b: 4, imm: -5n }), (b) => u64(b - 5n));
    check(ins(Op.LEAX, { ...abc, w2: -12, w3: 40 }), (b, c) => u64(b - c * 12n + 40n));
  });
  it('widths', () => {
    const sx = (from: number, to: number) => (b: bigint): bigint => BigInt.asUintN(to, BigInt.asIntN(from, b));
    const one = { a: 3, b: 4 };
    check(ins(Op.SX1_32, one), sx(1, 32)); check(ins(Op.SX8_32, one), sx(8, 32)); check(ins(Op.SX16_32, one), sx(16, 32));
    check(ins(Op.SX8_64, one), sx(8, 64)); check(ins(Op.SX16_64, one), sx(16, 64)); check(ins(Op.SX32_64, one), sx(32, 64));
    for (const [op, n] of [[Op.TR1, 1], [Op.TR8, 8], [Op.TR16, 16], [Op.TR32, 32]] as const) check(ins(op, one), (b) => BigInt.asUintN(n, b));
    for (const n of [1, 7, 24, 33, 63]) {
      check(ins(Op.SXN_64, { ...one, w2: n }), sx(n, 64));
      check(ins(Op.TRN, { ...one, w2: n }), (b) => BigInt.asUintN(n, b));
    }
    const bits = (b: bigint, n: number): string => BigInt.asUintN(n, b).toString(2).padStart(n, '0');
    check(ins(Op.POPCNT64, one), (b) => BigInt([...bits(b, 64)].filter((d) => d === '1').length));
    for (const [n, clz, ctz] of [[32, Op.CLZ32, Op.CTZ32], [64, Op.CLZ64, Op.CTZ64]] as const) {
      check(ins(clz, one), (b) => BigInt(bits(b, n).indexOf('1') < 0 ? n : bits(b, n).indexOf('1')));
      check(ins(ctz, one), (b) => BigInt(bits(b, n).lastIndexOf('1') < 0 ? n : n - 1 - bits(b, n).lastIndexOf('1')));
    }
    const swap = (b: bigint, n: number): bigint => { let r = 0n; for (let k = 0; k < n; k++) r = (r << 8n) | ((b >> BigInt(8 * k)) & 255n); return r; };
    check(ins(Op.BSWAP32, one), (b) => swap(b, 4)); check(ins(Op.BSWAP64, one), (b) => swap(b, 8));
  });
});

describe('division', () => {
  const cases: [Op, Op, number, boolean, Binary][] = [
    [Op.SDIV32, Op.SDIV32I, 32, true, (b, c) => b / c], [Op.UDIV32, Op.UDIV32I, 32, false, (b, c) => b / c], [Op.SREM32, Op.SREM32I, 32, true, (b, c) => b % c], [Op.UREM32, Op.UREM32I, 32, false, (b, c) => b % c],
    [Op.SDIV64, Op.SDIV64I, 64, true, (b, c) => b / c], [Op.UDIV64, Op.UDIV64I, 64, false, (b, c) => b / c], [Op.SREM64, Op.SREM64I, 64, true, (b, c) => b % c], [Op.UREM64, Op.UREM64I, 64, false, (b, c) => b % c],
  ];
  for (const [op, opI, width, signed, oracle] of cases) {
    it(`op ${String(op)}`, () => {
      const bench = new Bench(module);
      bench.load([{ code: [ins(op, abc), ins(Op.RETI)] }, { code: [ins(opI, { a: 3, b: 4, imm: 13n }), ins(Op.RETI)] }]);
      const as = (x: bigint): bigint => signed ? BigInt.asIntN(width, x) : BigInt.asUintN(width, x);
      for (const [b, c] of operands()) {
        const traps = as(c) === 0n || (signed && as(c) === -1n && as(b) === -(1n << BigInt(width - 1)));
        bench.start();
        bench.setRegister(4, b);
        bench.setRegister(5, c);
        bench.log.length = 0;
        expect(bench.kernel.run(100)).toBe(traps ? Leave.Retry : Leave.Done);
        expect(bench.log).toEqual(traps ? ['trap 0'] : []);
        if (!traps) expect(bench.register(3)).toBe(BigInt.asUintN(width, oracle(as(b), as(c))));
        bench.start(1);
        bench.setRegister(4, b);
        bench.kernel.run(100);
        expect(bench.register(3)).toBe(BigInt.asUintN(width, oracle(as(b), 13n)));
      }
    });
  }
});

describe('compare, branch, select', () => {
  const relations: [string, Binary][] = [
    ['EQ', (b, c) => BigInt(b === c)], ['NE', (b, c) => BigInt(b !== c)], ['ULT', (b, c) => BigInt(b < c)], ['ULE', (b, c) => BigInt(b <= c)], ['UGT', (b, c) => BigInt(b > c)],
    ['UGE', (b, c) => BigInt(b >= c)], ['SLT', (b, c) => BigInt(b < c)], ['SLE', (b, c) => BigInt(b <= c)], ['SGT', (b, c) => BigInt(b > c)], ['SGE', (b, c) => BigInt(b >= c)],
  ];
  relations.forEach(([name, oracle], k) => {
    it(name, () => {
      for (const width of [32, 64] as const) {
        const as = (x: bigint): bigint => name.startsWith('S') ? BigInt.asIntN(width, x) : BigInt.asUintN(width, x);
        const compare = (Op.EQ32 + 4 * k + (width === 64 ? 2 : 0)) as Op;
        const branch = (Op.BEQ32 + 4 * k + (width === 64 ? 2 : 0)) as Op;
        check(ins(compare, abc), (b, c) => oracle(as(b), as(c)), { check: width === 64 });
        check(ins((compare + 1) as Op, { a: 3, b: 4, imm: -3n }), (b) => oracle(as(b), as(-3n)));
        const bench = new Bench(module);
        bench.load([
          { code: [ins(branch, { b: 4, c: 5, w3: 2 }), ins(Op.RETI, { imm: 0n }), ins(Op.RETI, { imm: 1n })] },
          { code: [ins((branch + 1) as Op, { b: 4, w2: -3, w3: 2 }), ins(Op.RETI, { imm: 0n }), ins(Op.RETI, { imm: 1n })] },
        ]);
        for (const [b, c] of operands()) {
          for (const id of [0, 1]) {
            bench.start(id);
            bench.setRegister(4, b);
            bench.setRegister(5, c);
            bench.kernel.run(100);
            expect(bench.view.getBigUint64(0x1100, true)).toBe(oracle(as(b), as(id ? -3n : c)));
          }
        }
      }
    });
  });
  it('select', () => { check(ins(Op.SEL, { a: 3, b: 4, c: 5, w2: 5 }), (b, c) => c & 1n ? b : c); });
  it('jump table', () => {
    const bench = new Bench(module);
    bench.load([{ code: [ins(Op.BRTAB, { b: 4, w2: 2 }), ins(Op.JMP, { w3: 3 }), ins(Op.JMP, { w3: 3 }), ins(Op.RETI, { imm: 9n }), ins(Op.RETI, { imm: 10n }), ins(Op.RETI, { imm: 11n })] }]);
    for (const [value, answer, executed] of [[0n, 10n, 3], [1n, 11n, 3], [2n, 9n, 2], [1n << 32n, 9n, 2]] as const) {
      const before = bench.instructions();
      bench.start();
      bench.setRegister(4, value);
      bench.kernel.run(100);
      expect(bench.view.getBigUint64(0x1100, true)).toBe(answer);
      expect(bench.instructions() - before).toBe(executed);
    }
  });
});
